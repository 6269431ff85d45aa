import { type Refusal, refuse, refuseField } from '../../contract/problems.ts';
import { type Interval, lengthOf, mostDays, rangeOf, seriesOf } from '../../domain/clicks/series.ts';
import type { ClickDay, Counter } from '../../domain/clicks/totals.ts';
import { canonicalCode } from '../../domain/links/code.ts';
import type { System } from '../system.ts';

export interface ReadClickSeriesPorts extends Pick<System, 'now'> {
  findProgram(programId: string): Promise<object | undefined>;
  findParticipant(programId: string, userId: string): Promise<object | undefined>;
  findLink(code: string): Promise<{ readonly programId: string } | undefined>;
  listClickDays(counter: Counter, from: string, to: string): Promise<readonly ClickDay[]>;
}

/** Of what a series is asked for: of a participant or a link if one is named, else of the whole program. */
export interface SeriesRequest {
  readonly programId: string;
  readonly userId?: string | undefined;
  readonly code?: string | undefined;
  readonly interval?: Interval | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Clicks by day or hour, of a program, a participant or a link. */
export async function readClickSeries(ports: ReadClickSeriesPorts, request: SeriesRequest) {
  const { programId, interval = 'day', from, to } = request;
  const range = rangeOf({ ...(from && { from }), ...(to && { to }) }, interval, ports.now());
  const wrong = refuseRange(lengthOf(range), mostDays[interval]);
  if (wrong !== undefined) return wrong;
  const counter = await findCounter(ports, request);
  if ('refused' in counter) return counter;
  const days = await ports.listClickDays(counter, range.from, range.to);
  return { programId, interval, ...range, ...seriesOf(days, range, interval) };
}

function refuseRange(length: number, most: number): Refusal | undefined {
  if (length < 1) return refuseField('from', 'must not be after to');
  return length <= most ? undefined : refuseField('from', `must be less than ${most} days before to`);
}

async function findCounter(
  ports: ReadClickSeriesPorts,
  { programId, userId, code }: SeriesRequest,
): Promise<Counter | Refusal> {
  if (code !== undefined) {
    const link = await ports.findLink(canonicalCode(code));
    if (link?.programId !== programId) return refuse('code_not_found');
    return { of: 'link', code: canonicalCode(code) };
  }
  if (userId !== undefined) {
    const participant = await ports.findParticipant(programId, userId);
    return participant === undefined
      ? refuse('participant_not_found')
      : { of: 'participant', programId, userId };
  }
  const program = await ports.findProgram(programId);
  return program === undefined ? refuse('program_not_found') : { of: 'program', programId };
}
