import type { FraudVerdict } from '../../shared/domain/fraud/judge-sign-up.ts';
import { orderRules } from '../../shared/domain/fraud/order-rules.ts';
import { fraudRules } from '../../shared/domain/fraud/rules.ts';
import { makeLabelledSet, programSettings } from './crowds.ts';
import { allOrderRules, judgeReferees, makeLabelledOrders } from './order-crowds.ts';
import { replay } from './replay.ts';
import { foundInRings, type Judged, ringsOf } from './rings.ts';

/** Prints how well the rules tell simulated rings from honest crowds. */

interface JudgedByScore extends Judged {
  readonly verdict: FraudVerdict;
}

const percent = (part: number, all: number) => (all === 0 ? '-' : `${((100 * part) / all).toFixed(1)}%`);

function printRules(judged: readonly JudgedByScore[], rules: readonly { readonly ruleId: string }[]): void {
  const frauds = judged.filter(({ isFraud }) => isFraud).length;
  const row = (rule: string, isFound: (one: JudgedByScore) => boolean) => {
    const found = judged.filter(isFound);
    const right = found.filter(({ isFraud }) => isFraud).length;
    return {
      rule,
      found: found.length,
      frauds: right,
      honest: found.length - right,
      precision: percent(right, found.length),
      'recall of all': percent(right, frauds),
    };
  };
  const byRule = rules.map(({ ruleId }) => {
    const { found, of } = foundInRings(judged, ruleId);
    return {
      ...row(ruleId, ({ verdict }) => verdict.findings.some((finding) => finding.ruleId === ruleId)),
      'made for': ringsOf[ruleId]?.join(', '),
      'recall there': `${percent(found, of)} of ${of}`,
    };
  });
  const byScore = [20, 40, 60, 80, 100].map((score) =>
    row(`score of ${score} or more`, ({ verdict }) => verdict.score >= score),
  );
  console.table([...byRule, ...byScore]);
}

function printCrowds(judged: readonly JudgedByScore[]): void {
  const rows = [...new Set(judged.map(({ crowd }) => crowd))].map((crowd) => {
    const own = judged.filter((one) => one.crowd === crowd);
    const count = (action: string) => own.filter(({ verdict }) => verdict.action === action).length;
    return {
      crowd,
      is: own.some(({ isFraud }) => isFraud) ? 'ring' : 'honest',
      judged: own.length,
      accepted: count('accept'),
      flagged: count('flag'),
      held: count('hold'),
      rejected: count('reject'),
    };
  });
  console.table(rows);
}

function print(
  title: string,
  judged: readonly JudgedByScore[],
  rules: readonly { readonly ruleId: string }[],
): void {
  console.log(`${judged.length} ${title}, ${judged.filter(({ isFraud }) => isFraud).length} of frauds`);
  printRules(judged, rules);
  printCrowds(judged);
}

const signUps = (await replay(makeLabelledSet(1), programSettings)).map(
  ({ signUp: { crowd, isFraud }, verdict }) => ({
    crowd,
    isFraud,
    verdict,
  }),
);
print('sign-ups by the rules as they come, with a banned site and the snippet', signUps, fraudRules);

const referees = judgeReferees(makeLabelledOrders(1), allOrderRules);
print('referees by the rules of their orders, all of them on', referees, orderRules);
