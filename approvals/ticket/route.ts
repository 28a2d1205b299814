// What a ticket has to pass before anything opens: filing with the information section, and one or two different people
// who approve. Set for each group of targets; a ticket that touches several groups takes the strictest of each part.

export interface Route {
  /** The information section checks it first and sends it up. */
  readonly filing: boolean;
  /** How many different people approve. */
  readonly approvals: 1 | 2;
  /** Two people open at once, the information section may be one of them, and a head reviews it afterwards. */
  readonly emergency: boolean;
}

/** For targets in no group. */
export const ONE_HEAD: Route = { filing: false, approvals: 1, emergency: false };

export const EMERGENCY: Route = { filing: false, approvals: 2, emergency: true };

/** An emergency goes its own way. */
export function strictest(routes: readonly Route[]): Route {
  return {
    filing: routes.some(({ filing }) => filing),
    approvals: routes.some(({ approvals }) => approvals === 2) ? 2 : 1,
    emergency: false,
  };
}
