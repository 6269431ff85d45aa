import type { FraudSettings } from '../fraud/settings.ts';
import { foreignDestinations } from '../links/destination.ts';
import { checkHooks } from './check-hooks.ts';
import { checkMoney } from './check-money.ts';
import { checkRule } from './check-rule.ts';
import { checkStandings } from './check-standings.ts';
import { compareRules } from './compare-rules.ts';
import { type Finding, type Findings, joinFindings, noFindings } from './finding.ts';
import type { Program } from './program.ts';
import { itemsOfEvent, mostItems } from './transaction-size.ts';

/**
 * Checks a whole program before it is saved, beyond the form of its fields. What is refused could never work; what
 * is warned of works, but surely not as it was meant. Nothing is refused that some event or participant could need.
 */
export function checkProgram(program: Program): Findings {
  return joinFindings([
    { ...noFindings, errors: [...destinationFaults(program), ...sizeFaults(program)] },
    checkMoney(program),
    checkStandings(program),
    ...program.rules.map((rule, index) => checkRule(rule, program, index)),
    { ...noFindings, warnings: compareRules(program.rules) },
    checkHooks(program.hooks),
    { ...noFindings, warnings: unusedScores(program.fraud) },
  ]);
}

function destinationFaults({ destination, redirect, destinationHosts }: Program): Finding[] {
  const ofApps = foreignDestinations({ apps: redirect.apps }, destinationHosts);
  return [
    ...foreignDestinations({ destination }, destinationHosts),
    ...ofApps.map(({ field, message }) => ({ field: `redirect.${field}`, message })),
  ];
}

function unusedScores({ holdScore, rejectScore }: FraudSettings = {}): Finding[] {
  if (holdScore === undefined || rejectScore === undefined || holdScore < rejectScore) return [];
  const message = `has no effect: a sum of ${rejectScore} is rejected before it`;
  return [{ field: 'fraud.holdScore', message }];
}

function sizeFaults(program: Program): Finding[] {
  return [...new Set(program.rules.map((rule) => rule.event))].flatMap((event) => {
    const items = itemsOfEvent(program, event);
    if (items <= mostItems) return [];
    const message = `may change ${items} items for one ${event}, and ${mostItems} can be changed at once: use fewer rules, levels or caps for it`;
    return [{ field: 'rules', message }];
  });
}
