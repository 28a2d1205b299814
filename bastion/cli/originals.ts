// Joins what concerns originals: their store, what the controller is given of them, and what people are.

import { statfs } from 'node:fs/promises';
import type { DialCredentialUses } from '../../approvals/access/dial-credential.ts';
import { createOriginals } from '../../approvals/originals/originals.ts';
import { createOriginalsLog } from '../../approvals/originals/originals-log.ts';
import { createReadAgain, type ReadAgainUses, type ReadTarget } from '../../approvals/originals/read-again.ts';
import { createReadingLog } from '../../approvals/originals/reading-log.ts';
import { createReleaseForReading } from '../../approvals/originals/reading-permit.ts';
import { createFilesStore } from '../../recordings/files-store/files-store.ts';
import { systemStoreDisk } from '../../recordings/files-store/store-disk.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Settings } from '../../store/core/settings.ts';
import type { DataFolder } from './data-folder.ts';

type Services = Omit<ReadAgainUses, 'filesStore' | 'readTarget'> & DialCredentialUses;

const MIB = 1024 * 1024;

/** `readTarget`: has a gateway do it. */
export function composeOriginals(
  services: Services,
  {
    folder,
    settings,
    recordsKey,
    readTarget,
  }: {
    readonly folder: DataFolder;
    readonly settings: Settings;
    readonly recordsKey: Secret;
    readonly readTarget: ReadTarget;
  },
) {
  const filesStore = createFilesStore({ root: folder.files, recordsKey, disk: systemStoreDisk });
  return {
    filesStore,
    controller: {
      originals: createOriginalsLog(services),
      filesStore,
      readingLog: createReadingLog(services),
      releaseForReading: createReleaseForReading({ ...services, longestMs: settings['originals.minutes'] * 60_000 }),
      copyLimits: {
        files: settings['originals.files'],
        bytes: settings['originals.totalMiB'] * MIB,
        fileBytes: settings['originals.fileMiB'] * MIB,
        seconds: settings['originals.minutes'] * 60,
      },
      hasRoom: async () => {
        const { bavail, bsize } = await statfs(folder.path);
        return bavail * bsize > settings['recordings.reserveMiB'] * MIB;
      },
    },
    people: {
      originals: createOriginals({ ...services, filesStore }),
      readTicketAgain: createReadAgain({ ...services, filesStore, readTarget }),
    },
  };
}
