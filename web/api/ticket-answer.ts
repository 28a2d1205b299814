// A ticket as the API shows it.

import type { TicketView } from '../../approvals/ticket/ticket.ts';
import type { Ticket, TicketChannel } from '../contract/tickets.ts';

/** Where ssh clients connect, as the settings and the gateway say. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
}

export function ticketAnswer({ connectionNames, ...view }: TicketView, ssh: SshAddress | null): Ticket {
  return {
    ...view,
    sources: [...view.sources],
    channels: view.channels.map(channelAnswer),
    newTargets: [...view.newTargets],
    commands: ssh === null ? [] : connectionNames.map((name) => sshCommand(name, ssh)),
  };
}

function channelAnswer({ kinds, files, destinations, ...channel }: TicketView['channels'][number]): TicketChannel {
  return {
    ...channel,
    kinds: [...kinds],
    files: files && { rights: [...files.rights], paths: [...files.paths] },
    destinations: destinations && [...destinations],
  };
}

// Names may hold characters of any script, but none that a shell would act on; quotes keep it readable all the same.
function sshCommand(name: string, { host, port }: SshAddress): string {
  const user = /^[A-Za-z0-9+._@-]+$/.test(name) ? name : `'${name}'`;
  return `ssh -p ${port} ${user}@${host}`;
}
