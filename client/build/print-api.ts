import { domainEvents } from '../../shared/contract/domain-events.ts';
import { problems } from '../../shared/contract/problems.ts';
import { type Route, routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';
import { calls } from '../api.ts';
import type { Call } from '../describe-call.ts';
import { docComment, TypePrinter } from './print-type.ts';

const byKey = new Map(routes.map((route) => [routeKey(route), route]));
const capitalized = (name: string): string => name[0]?.toUpperCase() + name.slice(1);

/** `api.d.ts` of the package: every method with its types and words, from the contracts. */
export function printApi(): string {
  const printer = new TypePrinter();
  const types: string[] = [];
  const methods = printMethods(calls, printer, types);
  return [
    "import type * as call from './call.js';",
    `/** The methods of the client. */\nexport interface Api {\n${methods}\n}`,
    ...types,
    printEvents(printer),
    ...printer.named.values(),
  ].join('\n\n');
}

function printEvents(printer: TypePrinter): string {
  const events = [...domainEvents.values()].map((schema) => printer.print([schema], 'output'));
  return [
    `/** What happened, told apart by \`type\`. */\nexport type DomainEvent = ${events.join(' | ')};`,
    "export type DomainEventType = DomainEvent['type'];",
  ].join('\n\n');
}

function printMethods(tree: object, printer: TypePrinter, types: string[]): string {
  return Object.entries(tree)
    .map(([name, value]: [string, object]) =>
      'key' in value
        ? printMethod(name, value as Call, printer, types)
        : `readonly ${name}: {\n${printMethods(value, printer, types)}\n};`,
    )
    .join('\n');
}

function printMethod(name: string, call: Call, printer: TypePrinter, types: string[]): string {
  const route = byKey.get(call.key);
  if (route === undefined) throw new Error(`${call.key} is no route`);
  const input = `${capitalized(route.operationId)}Input`;
  types.push(
    `/** What {@link Api} takes for \`${call.key}\`. */\nexport type ${input} = ${printer.print([route.params, route.query, route.body], 'input')};`,
  );
  const given = [input, printData(call, route, printer, types)].join(', ');
  const type =
    call.items === undefined
      ? `call.Method<${given}>`
      : `call.ListMethod<${given}, ${capitalized(route.operationId)}Data[${JSON.stringify(call.items)}][number]>`;
  return `${docComment(describe(route))}readonly ${name}: ${type};`;
}

function printData(call: Call, route: Route, printer: TypePrinter, types: string[]): string {
  if (call.reading !== 'json') return call.reading === 'file' ? 'call.Download' : 'call.Redirection';
  const data = `${capitalized(route.operationId)}Data`;
  const { description, schema } = route.success;
  types.push(
    `${docComment([`Of \`${call.key}\`: ${description}`])}export type ${data} = ${printer.print([schema], 'output')};`,
  );
  return data;
}

function describe(route: Route): string[] {
  const refusals = route.problems?.map((code) => `\`${code}\``).join(', ');
  return [
    `${route.summary}.`,
    ...(route.description === undefined ? [] : [route.description]),
    `\`${routeKey(route)}\`${refusals === undefined ? '' : ` is refused with ${refusals}, beside what every route can refuse.`}`,
  ];
}

/** `domain-events.d.ts` of the package: its types stand beside those that they share with the methods. */
export function printDomainEvents(): string {
  return "export type { DomainEvent, DomainEventType } from './api.js';";
}

/** `problems.d.ts` of the package: the codes with their meanings. */
export function printProblems(): string {
  const codes = Object.entries(problems).map(
    ([code, { status, title }]) => `${docComment([`${status}: ${title}`])}| ${JSON.stringify(code)}`,
  );
  return [
    `/** A refusal of the service, by its stable code. */\nexport type ProblemCode =\n${codes.join('\n')};`,
    '/** A field that was refused, by its path (`events.0.amount`), and what it should have been. */',
    'export interface FieldError {\nreadonly field: string;\nreadonly message: string;\n}',
  ].join('\n');
}
