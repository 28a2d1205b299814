// What the gateway is told at its start, out of settings, folder and keys.

import type { Settings } from '../../store/core/settings.ts';
import type { DataFolder, InstallationKeys } from './data-folder.ts';

export function gatewaySettings(folder: DataFolder, settings: Settings, keys: InstallationKeys) {
  return {
    hostKeys: [...keys.sshHosts],
    recordings: folder.recordings,
    host: settings['gateway.host'],
    port: settings['gateway.port'],
    idleMs: settings['gateway.idleMinutes'] * 60_000,
    graceMs: settings['gateway.graceSeconds'] * 1000,
    superviseMs: settings['gateway.superviseSeconds'] * 1000,
    reserveBytes: settings['recordings.reserveMiB'] * 1024 * 1024,
  };
}
