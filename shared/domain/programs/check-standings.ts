import { changesOrder } from '../rewards/event.ts';
import { type Finding, type Findings, noFindings } from './finding.ts';
import type { Milestone, Program, Threshold } from './program.ts';

/** Events of a person and not of an order: they carry a sum only where a backend adds one of its own. */
const ofPersons = new Set(['user.registered', 'email.verified', 'phone.verified', 'referral.completed']);

/** Whether events of this type usually come without amount, currency and lines. */
export function isWithoutAmount(eventType: string): boolean {
  return ofPersons.has(eventType);
}

/** Checks tiers, milestones and what completes a referral. */
export function checkStandings(program: Program): Findings {
  return {
    ...noFindings,
    errors: [...tierFaults(program), ...milestoneFaults(program), ...qualificationFaults(program)],
    warnings: qualificationDoubts(program),
  };
}

function sameMeasure(a: Threshold, b: Threshold): boolean {
  return a.metric === b.metric && a.currency === b.currency;
}

function tierFaults({ tiers }: Program): Finding[] {
  return tiers.flatMap(({ threshold }, index) => {
    const before = tiers.slice(0, index).findLast((tier) => sameMeasure(tier.threshold, threshold));
    if (before === undefined || before.threshold.value < threshold.value) return [];
    return [
      {
        field: `tiers.${index}.threshold.value`,
        message: `must be more than the ${before.threshold.value} of ${before.tierId}, the tier before`,
      },
    ];
  });
}

/** Milestones of one kind must ascend; a badge and a sum may be given for the same. */
function milestoneFaults({ milestones }: Program): Finding[] {
  return milestones.flatMap((milestone, index) => {
    const before = milestones.slice(0, index).findLast((other) => isRival(other, milestone));
    if (before === undefined || before.threshold.value < milestone.threshold.value) return [];
    return [
      {
        field: `milestones.${index}.threshold.value`,
        message: `must be more than the ${before.threshold.value} of ${before.milestoneId}, the milestone before`,
      },
    ];
  });
}

function isRival(a: Milestone, b: Milestone): boolean {
  return (
    a.kind === b.kind && a.amount?.currency === b.amount?.currency && sameMeasure(a.threshold, b.threshold)
  );
}

function qualificationFaults({ qualification }: Program): Finding[] {
  return qualification.flatMap(({ event }, index) =>
    changesOrder(event)
      ? [
          {
            field: `qualification.${index}.event`,
            message: 'changes an order that was placed, and completes nothing',
          },
        ]
      : [],
  );
}

function qualificationDoubts({ qualification }: Program): Finding[] {
  return qualification.flatMap(({ event, minimumAmount, times }, index) => {
    const at = `qualification.${index}`;
    const isCovered = qualification.some(
      (other, place) =>
        place !== index &&
        other.event === event &&
        (other.minimumAmount ?? 0) >= (minimumAmount ?? 0) &&
        other.times >= times &&
        (place < index || other.times > times || (other.minimumAmount ?? 0) > (minimumAmount ?? 0)),
    );
    return [
      ...(isCovered
        ? [{ field: at, message: `says nothing beyond the other requirement for ${event}` }]
        : []),
      ...(minimumAmount !== undefined && isWithoutAmount(event)
        ? [{ field: `${at}.minimumAmount`, message: `is met by no ${event} that comes without an amount` }]
        : []),
    ];
  });
}
