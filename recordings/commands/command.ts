// A line somebody gave at a prompt, as it stood on the screen when it was given.

/**
 * `exact`: read beside the prompt it was begun at, and nothing speaks against it. `high`: the prompt was drawn again
 * meanwhile, or other output came between, but what was typed agrees. `low`: doubtful; a person should look. `hidden`:
 * nothing of it was drawn, so there is no text. Only `exact` and `high` may ever decide anything.
 */
export const CONFIDENCES = ['exact', 'high', 'low', 'hidden'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export interface Command {
  /** Milliseconds since the recording began: the first key. */
  readonly at: number;
  /** Bytes of output by then, and when the line went off. */
  readonly output: { readonly from: number; readonly to: number };
  /** What stood before it on its line; attacker-controlled, like the text. */
  readonly prompt: string;
  /** Null where it was hidden. Lines of one command are divided by line feeds. */
  readonly text: string | null;
  readonly keys: number;
  readonly confidence: Confidence;
}
