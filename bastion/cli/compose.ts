// The composition root: the only place where services are made and given to each other.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { clockJumped } from '../../approvals/access/clock-jumped.ts';
import { createEndSession } from '../../approvals/access/end-session.ts';
import { endedSince, hasEnded } from '../../approvals/access/ended-sessions.ts';
import { createGate } from '../../approvals/access/gate.ts';
import { createLiveSessions } from '../../approvals/access/live-sessions.ts';
import { createReleaseCredential } from '../../approvals/access/release-credential.ts';
import { createPermitReplay } from '../../approvals/access/replay-permit.ts';
import { createSessionLog } from '../../approvals/access/session-log.ts';
import { createWindowTime } from '../../approvals/access/window-time.ts';
import { createAttachments } from '../../approvals/attachments/attachments.ts';
import { createDepartureStep } from '../../approvals/departure-step.ts';
import { createDeputies } from '../../approvals/deputies/service.ts';
import { sayUnreviewed } from '../../approvals/emergency/unreviewed.ts';
import { createOwnAffairs } from '../../approvals/extensions/own-affairs.ts';
import { createExtensions } from '../../approvals/extensions/service.ts';
import { createForms } from '../../approvals/forms/forms.ts';
import { createFreezes } from '../../approvals/freeze/service.ts';
import { createDestructions } from '../../approvals/keeping/destructions.ts';
import { createDiskWatch, type DiskWatch } from '../../approvals/keeping/disk-watch.ts';
import { createListDue } from '../../approvals/keeping/due-records.ts';
import { createEraser, type Eraser } from '../../approvals/keeping/eraser.ts';
import { createHolds } from '../../approvals/keeping/holds.ts';
import { createNoticeSettings } from '../../approvals/notices/preferences.ts';
import { createNoticeSender, type NoticeSender } from '../../approvals/notices/sender.ts';
import { appendAndTell } from '../../approvals/notices/telling.ts';
import { createOverdueWatch, type OverdueWatch } from '../../approvals/overdue-watch.ts';
import { createCustodianShares } from '../../approvals/records/custodian-shares.ts';
import { createSearchRecords } from '../../approvals/records/search-records.ts';
import { createRecordRequests } from '../../approvals/records/service.ts';
import { createUnsealings } from '../../approvals/records/unsealings.ts';
import { createRouteArrangements } from '../../approvals/routes/service.ts';
import { createSupervision } from '../../approvals/supervision/supervision.ts';
import { WatchedSessions } from '../../approvals/supervision/watched-sessions.ts';
import { createTickets } from '../../approvals/ticket/service.ts';
import { sayUnclosed } from '../../approvals/ticket/unclosed.ts';
import { createEvidenceLog } from '../../audit/append.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { startHeartbeat } from '../../audit/heartbeat.ts';
import { createLogProofs } from '../../audit/log-proofs.ts';
import { type EvidencePublisher, openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { createStamper, type Stamper } from '../../audit/timestamp/stamper.ts';
import { createWitnessCollector, type WitnessCollector } from '../../audit/witness/collector.ts';
import { createCertificateSigner } from '../../identity/certificates/certificate-signer.ts';
import { createUserCa } from '../../identity/certificates/user-ca.ts';
import { createCustodians } from '../../identity/custodians/custodians.ts';
import { createPeople } from '../../identity/people/people.ts';
import { createPublicKeys } from '../../identity/people/public-keys.ts';
import { witnessed } from '../../identity/permission.ts';
import { createTargets } from '../../identity/targets/targets.ts';
import { createVault } from '../../identity/vault/vault.ts';
import { createPolicies } from '../../policies/evaluate.ts';
import { eraseRecording } from '../../recordings/destroy/erase-recording.ts';
import { systemErasingDisk } from '../../recordings/destroy/erasing-disk.ts';
import { lastMeasure } from '../../recordings/destroy/last-measure.ts';
import { createFilesStore, type FilesStore } from '../../recordings/files-store/files-store.ts';
import { systemStoreDisk } from '../../recordings/files-store/store-disk.ts';
import { readHeader } from '../../recordings/read/read-header.ts';
import { createSearchIndexer, type SearchIndexer } from '../../recordings/search/indexer.ts';
import { createSearchIndex } from '../../recordings/search/search-index.ts';
import { diskUse, forecast } from '../../recordings/space/disk-forecast.ts';
import { recordingDirectory, trackPath } from '../../recordings/storage/recording-directory.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Settings } from '../../store/core/settings.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { type Changes, createChanges } from '../../store/notify.ts';
import { createEvidenceReader } from '../../web/evidence-reader.ts';
import { createExports } from '../../web/exports.ts';
import { createLiveView } from '../../web/live-view.ts';
import { createReplay } from '../../web/replay.ts';
import type { WebServices } from '../../web/services.ts';
import { createSessionCommands } from '../../web/session-commands.ts';
import { createSessionFiles } from '../../web/session-files.ts';
import type { ControllerServices } from '../controller/answers.ts';
import { commandsWhenDrawn } from '../controller/commands-when-drawn.ts';
import { startGatewayProcess } from '../controller/gateway-process.ts';
import { GatewaySupervisor } from '../controller/gateway-supervisor.ts';
import { createPictures, type Pictures } from '../controller/pictures.ts';
import { createRecovery, type Recovery } from '../controller/recovery.ts';
import type { DataFolder, InstallationKeys } from './data-folder.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { noticeCarriers } from './notices.ts';
import { composeOriginals } from './originals.ts';
import { composeShutOut } from './shut-out.ts';
import { composeSignIn } from './sign-in.ts';
import { loadTimestampAuthority } from './timestamp-authority.ts';
import { version } from './version.ts';
import { asking, loadPolicy } from './witnesses.ts';

export interface InstallationInput {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly keys: InstallationKeys;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Installation {
  readonly database: Database;
  readonly publisher: EvidencePublisher;
  readonly supervisor: GatewaySupervisor;
  /** Null where the settings name none. */
  readonly witnesses: WitnessCollector | null;
  readonly stamper: Stamper | null;
  /** Answers the function that stops it. */
  readonly beat: () => () => void;
  readonly services: WebServices;
  readonly recover: Recovery;
  readonly indexer: SearchIndexer;
  /** What the log says was destroyed and a kill left. */
  readonly eraser: Eraser;
  readonly filesStore: FilesStore;
  readonly attachmentStore: FilesStore;
  readonly diskWatch: DiskWatch;
  readonly noticeSender: NoticeSender;
  readonly overdueWatches: readonly OverdueWatch[];
  readonly changes: Changes;
  readonly pictures: Pictures;
  /** Says in the evidence log that the controller starts or stops. */
  readonly note: (event: 'started' | 'stopped') => Promise<void>;
}

/** Opens the database and the evidence log, and joins everything. Nothing listens yet. */
export async function compose(input: InstallationInput): Promise<Installation> {
  const { folder, settings, keys, clock, logger } = input;
  const database = await openDatabase(locationOf(folder, settings));
  const signer = createLogSigner(keys.origin, keys.log);
  const carriers = noticeCarriers(folder, settings, clock);
  const media = new Set(carriers.keys());
  const evidenceLog = createEvidenceLog({ clock, origin: keys.origin });
  const append = appendAndTell(evidenceLog.append, { clock, media });
  const evidenceFolder = openEvidenceFolder(folder.evidence);
  const publisher = await openEvidencePublisher({ database, folder: evidenceFolder, signer, clock, logger });
  const policy = loadPolicy(folder, settings, signer.verifierKey);
  const cosigned = (): string | undefined => witnesses?.cosigned();
  const proofs = createLogProofs({ database, folder: evidenceFolder, publisher, cosigned });
  const latest = (): string | undefined => publisher.checkpoint();
  const shared = { database, append, folder: evidenceFolder, clock, logger, proofs, latest };
  const witnesses = policy === null ? null : await createWitnessCollector({ ...shared, policy, ...asking(settings) });
  const authority = loadTimestampAuthority(folder, settings);
  const stamper = authority === null ? null : createStamper({ ...shared, ...authority, random: randomBytes });
  const vault = createVault(keys.vault);
  const certificateSigner = createCertificateSigner({ clock, append, vault });
  await createUserCa({ database, clock, append, vault }).begin();
  const policies = createPolicies();
  const changes = createChanges();
  const authorize = policies.authorize;
  const timeZone = settings.timeZone;
  const time = createWindowTime(clock, clockJumped({ database, append, logger }));

  const signIn = composeSignIn(
    { database, clock, append, changes, vault, authorize },
    { codeFreshMinutes: settings['login.codeFreshMinutes'] },
  );
  const finishMs = settings['gateway.finishMinutes'] * 60_000;
  const gate = createGate({ database, append, policies, time, timeZone, finishMs });
  const live = createLiveSessions({ gate, clock, time, logger, finishMs });
  const watched = new WatchedSessions({ database, append, changes, logger });
  const sessionLog = createSessionLog({ database, clock, append, changes, policies, gate });
  const tickets = createTickets({ database, clock, append, changes, policies, timeZone });
  const extensions = createExtensions({ database, clock, time, append, changes, policies });
  const recover = createRecovery({ sessionLog, root: folder.recordings, logger });

  const originals = composeOriginals(
    { database, clock, append, changes, policies, vault, signer: certificateSigner },
    { folder, settings, recordsKey: keys.records, readTarget: (reading) => supervisor.read(reading) },
  );
  const { filesStore } = originals;

  const custodians = createCustodians({ database, clock, append, changes, authorize });
  const controller: ControllerServices = {
    database,
    clock,
    time,
    finishMs,
    timeZone,
    append,
    sshLogins: signIn.sshLogins,
    gate,
    live,
    watched,
    sessionLog,
    ownAffairs: createOwnAffairs({ database, append, tickets, sessions: sessionLog, extensions, time, timeZone }),
    releaseCredential: createReleaseCredential({ database, append, time, vault, signer: certificateSigner, gate }),
    recordsKey: keys.records,
    custodians: custodians.inOffice,
    evidenceTrouble: () => publisher.trouble(),
    allowLoopback: settings['targets.allowLoopback'],
    ...originals.controller,
  };
  const leaseMs = settings['gateway.leaseSeconds'] * 1000;
  const supervisor = new GatewaySupervisor({
    services: controller,
    changes,
    settings: gatewaySettings(folder, settings, keys),
    leaseMs,
    alwaysListen: settings['gateway.listen'] === 'always',
    recover,
    logger,
    start: () =>
      startGatewayProcess(
        {
          main: join(import.meta.dirname, 'main.ts'),
          leaseMs,
          logFile: folder.log,
          workers: settings['gateway.workers'],
        },
        logger,
      ),
  });

  const beat = () => startHeartbeat({ database, append, clock, logger, latest, live: () => live.count() });
  const note = (event: 'started' | 'stopped'): Promise<void> =>
    database.transaction((tx) =>
      append(tx, {
        actor: { kind: 'system' },
        ...(event === 'started'
          ? { type: 'system.started', details: { version: version() } }
          : { type: 'system.stopped', details: {} }),
      }),
    );

  const uses = { database, clock, append, changes, vault, authorize };
  const permitReplay = createPermitReplay({ database, append, policies });
  const unsealing = {
    database,
    clock,
    append,
    changes,
    policies,
    recordsKey: keys.records,
    headerOf: (session: SessionId) => readHeader(trackPath(recordingDirectory(folder.recordings, session), 'keys')),
  };
  const unsealings = createUnsealings(unsealing);
  const recordRequests = createRecordRequests({ database, clock, append, changes, policies });
  const erasing = {
    database,
    clock,
    append,
    policies,
    retentionDays: settings['recordings.retentionDays'],
  };
  const records = { root: folder.recordings, derived: folder.derived, recordsKey: keys.records, clock, logger };
  const pictures = createPictures({ ...records, ended: (since) => endedSince(database, since), changes });
  const commandsOf = commandsWhenDrawn({ ...records, pictures });
  const indexer = createSearchIndexer({ ...records, database, commandsOf });
  const replay = createReplay({
    permit: permitReplay,
    root: folder.recordings,
    recordsKey: keys.records,
    unsealedKey: unsealings.keyFor,
    derived: folder.derived,
    hasEnded: (session) => hasEnded(database, session),
    clock,
  });
  const sealing = { recordsKey: keys.records, disk: systemStoreDisk };
  const attachmentStore = createFilesStore({ root: folder.attachments, ...sealing });
  const attachments = createAttachments({ database, clock, append, changes, policies, store: attachmentStore });
  const eraser = createEraser({
    database,
    clock,
    logger,
    steps: [
      (session) => eraseRecording(systemErasingDisk, folder.recordings, session),
      async (session) => replay.forget(session),
      (session) => eraseRecording(systemErasingDisk, folder.derived, session),
      (session) => filesStore.forget(session),
      (session) => indexer.forget(session),
    ],
  });
  const diskWatch = createDiskWatch({
    ...erasing,
    logger,
    measure: async () =>
      forecast(await diskUse(folder.recordings, clock.now()), settings['recordings.reserveMiB'] * 1024 * 1024),
  });
  const letterhead = { publicUrl: settings['web.publicUrl'], timeZone };
  const noticeSender = createNoticeSender({ database, append, changes, clock, logger, carriers, letterhead });
  const days = settings['notices.unclosedDays'];
  const overdue = { database, clock, changes, logger };
  const overdueWatches = [sayUnclosed(append, days), sayUnreviewed(append)].map((say) =>
    createOverdueWatch(overdue, say),
  );
  const services: WebServices = {
    clock,
    logger,
    changes,
    ...signIn.people,
    witness: (user, action, request, work) => witnessed({ database, append }, user, action, request, work),
    people: createPeople(uses),
    publicKeys: createPublicKeys(uses),
    noticeSettings: createNoticeSettings({ database, append, policies, clock, media }),
    targets: createTargets({ ...uses, allowLoopback: settings['targets.allowLoopback'] }),
    ...composeShutOut(uses, { live, steps: [createDepartureStep(append)] }),
    custodians,
    unsealings,
    custodianShares: createCustodianShares(unsealing),
    tickets,
    extensions,
    attachments,
    ...originals.people,
    deputies: createDeputies({ database, clock, append, changes, policies }),
    routes: createRouteArrangements({ database, clock, append, changes, policies }),
    freezes: createFreezes({ database, clock, append, changes, policies }),
    forms: createForms({ database, clock, append, policies }),
    sessionLog,
    endSession: createEndSession({ database, append, policies, sessions: sessionLog, live }),
    supervision: createSupervision({ database, append, policies, watched }),
    liveView: createLiveView({ root: folder.recordings, recordsKey: keys.records, clock }),
    sessionCommands: createSessionCommands({
      permit: permitReplay,
      root: folder.recordings,
      derived: folder.derived,
      recordsKey: keys.records,
    }),
    sessionFiles: createSessionFiles({ permit: permitReplay, root: folder.recordings, recordsKey: keys.records }),
    replay,
    recordRequests,
    listDue: createListDue(erasing),
    diskWatch,
    holds: createHolds({ database, clock, append, changes, policies }),
    destructions: createDestructions({
      ...erasing,
      requests: recordRequests,
      eraser,
      measure: (session) => lastMeasure(recordingDirectory(folder.recordings, session)),
    }),
    exports: createExports({
      requests: recordRequests,
      root: folder.recordings,
      recordsKey: keys.records,
      timeZone,
      derived: folder.derived,
    }),
    searchRecords: createSearchRecords({
      database,
      append,
      policies,
      index: createSearchIndex({ database, clock, recordsKey: keys.records }),
    }),
    evidence: createEvidenceReader({
      database,
      append,
      policies,
      publisher,
      proofs,
      witnesses,
      verifierKey: signer.verifierKey,
    }),
    terminals: supervisor,
    scanner: supervisor,
    inForce: () => supervisor.look(),
    sshAddress: () => (supervisor.port === null ? null : { host: publicHost(settings), port: supervisor.port }),
  };
  return {
    database,
    publisher,
    supervisor,
    witnesses,
    stamper,
    beat,
    services,
    recover,
    indexer,
    eraser,
    filesStore,
    attachmentStore,
    diskWatch,
    noticeSender,
    overdueWatches,
    pictures,
    changes,
    note,
  };
}

export function locationOf(folder: DataFolder, settings: Settings) {
  const url = settings['database.url'];
  return url === null ? ({ kind: 'sqlite', file: folder.database } as const) : ({ kind: 'postgres', url } as const);
}

/** The name people connect to: that of the public URL, or the address the port listens on. */
function publicHost(settings: Settings): string {
  const url = settings['web.publicUrl'];
  return url === null ? settings['gateway.host'] : new URL(url).hostname;
}
