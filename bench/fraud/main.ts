import { fraudRules } from '../../shared/domain/fraud/rules.ts';
import { makeLabelledSet } from './crowds.ts';
import { type JudgedSignUp, replay } from './replay.ts';

/** Prints how well the rules tell simulated rings from honest crowds, by the defaults. */
const judged = replay(makeLabelledSet(1));
const frauds = judged.filter(({ signUp }) => signUp.isFraud);

const percent = (part: number, all: number) => (all === 0 ? '-' : `${((100 * part) / all).toFixed(1)}%`);

function countsOf(name: string, found: readonly JudgedSignUp[]): object {
  const right = found.filter(({ signUp }) => signUp.isFraud).length;
  return {
    rule: name,
    found: found.length,
    frauds: right,
    honest: found.length - right,
    precision: percent(right, found.length),
    recall: percent(right, frauds.length),
  };
}

const byRule = fraudRules.map(({ ruleId }) =>
  countsOf(
    ruleId,
    judged.filter(({ verdict }) => verdict.findings.some((finding) => finding.ruleId === ruleId)),
  ),
);
const byScore = [20, 40, 60, 80, 100].map((score) =>
  countsOf(
    `score of ${score} or more`,
    judged.filter(({ verdict }) => verdict.score >= score),
  ),
);

const byCrowd = [...new Set(judged.map(({ signUp }) => signUp.crowd))].map((crowd) => {
  const own = judged.filter(({ signUp }) => signUp.crowd === crowd);
  const count = (action: string) => own.filter(({ verdict }) => verdict.action === action).length;
  const ring = own.some(({ signUp }) => signUp.isFraud);
  return {
    crowd,
    is: ring ? 'ring' : 'honest',
    signUps: own.length,
    accepted: count('accept'),
    flagged: count('flag'),
    held: count('hold'),
    rejected: count('reject'),
  };
});

console.log(`${judged.length} sign-ups, ${frauds.length} of them frauds; rules as they come`);
console.table([...byRule, ...byScore]);
console.table(byCrowd);
