// A ticket as the API shows it.

import { destinationText } from '../../approvals/ticket/destination.ts';
import type { TicketView } from '../../approvals/ticket/ticket-view.ts';
import type { Destination } from '../../store/core/channel-terms.ts';
import type { InForce, Ticket, TicketTerms } from '../contract/tickets.ts';

/** Where ssh clients connect, as the settings and the gateway say. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
}

export function ticketAnswer({ connectionNames, ...view }: TicketView, ssh: SshAddress | null): Ticket {
  return {
    ...view,
    sources: [...view.sources],
    windows: [...view.windows],
    terms: termsAnswer(view.terms),
    inForce: inForceAnswer(view.inForce),
    channels: view.channels.map(channelAnswer),
    approvals: [...view.approvals],
    shown: view.shown && {
      summary: [...view.shown.summary],
      lights: [...view.shown.lights],
      differences: [...view.shown.differences],
      hash: view.shown.hash,
    },
    newTargets: [...view.newTargets],
    commands: ssh === null ? [] : connectionNames.flatMap((name, index) => commands(name, view.channels[index], ssh)),
  };
}

function termsAnswer({ companions, changes, tools, ...terms }: TicketView['terms']): TicketTerms {
  return { ...terms, companions: [...companions], changes: [...changes], tools: [...tools] };
}

function inForceAnswer({ windows, channels, changes, ...rest }: TicketView['inForce']): InForce {
  return { ...rest, windows: [...windows], channels: channels.map(channelAnswer), changes: [...changes] };
}

function channelAnswer<C extends TicketView['inForce']['channels'][number]>({
  kinds,
  files,
  destinations,
  ...channel
}: C) {
  return {
    ...channel,
    kinds: [...kinds],
    files: files && { rights: [...files.rights], paths: [...files.paths] },
    destinations: destinations && [...destinations],
  };
}

/** What to type for each kind that is agreed. */
function commands(name: string, channel: TicketView['channels'][number] | undefined, ssh: SshAddress): string[] {
  const { kinds = [], destinations } = channel ?? {};
  // Names may hold characters of any script, but none that a shell would act on; quotes keep it readable all the same.
  const place = `${/^[A-Za-z0-9+._@-]+$/.test(name) ? name : `'${name}'`}@${ssh.host}`;
  return [
    ...(kinds.includes('shell') || kinds.includes('exec') ? [`ssh -p ${ssh.port} ${place}`] : []),
    ...(kinds.includes('sftp') ? [`sftp -P ${ssh.port} ${place}`] : []),
    ...(destinations ? [`ssh -p ${ssh.port} -N ${destinations.map(localForward).join(' ')} ${place}`] : []),
  ];
}

/** To a port of the engineer's own machine that takes no privilege to listen on. */
function localForward(destination: Destination): string {
  const local = destination.port < 1024 ? 10_000 + destination.port : destination.port;
  return `-L ${local}:${destinationText(destination)}`;
}
