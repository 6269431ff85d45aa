import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

interface Statement {
  Action: string | string[];
  readonly Resource: unknown;
}

/** A template that tests break on purpose. */
export interface ChangeableTemplate {
  /**
   * Takes an action from the role of the function with this logical id's beginning, such as `FunctionsEvents`.
   *
   * @param resource beginning of the logical id of the only resource that it shall be taken for
   */
  removeGrant(idStart: string, action: string, resource?: string): void;
  /** Takes a variable from the environment of a function. */
  removeVariable(idStart: string, name: string): void;
  /** Sets a property of every resource of a type. */
  setProperty(type: string, name: string, value: unknown): void;
}

/** A copy of the cloud assembly with another template. @returns its folder */
export function changeAssembly(change: (template: ChangeableTemplate) => void): string {
  const copy = mkdtempSync(join(tmpdir(), 'plusone-changed-'));
  cpSync(inject('cloudAssembly'), copy, { recursive: true });
  const file = join(copy, readdirSync(copy).find((name) => name.endsWith('.template.json')) ?? '');
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  change(changerOf(template.Resources));
  writeFileSync(file, JSON.stringify(template));
  return copy;
}

function changerOf(resources: Record<string, Resource>): ChangeableTemplate {
  const find = (type: string, idStart = ''): Record<string, unknown>[] => {
    const found = Object.entries(resources).filter(
      ([id, { Type }]) => Type === type && id.startsWith(idStart),
    );
    if (found.length === 0) throw new Error(`The template has no ${type} ${idStart}`);
    return found.map(([, { Properties }]) => Properties);
  };
  return {
    removeGrant(idStart, action, resource = '') {
      const statements = find('AWS::IAM::Role', idStart).flatMap(statementsOf);
      const granting = statements.filter(
        ({ Action, Resource }) =>
          [Action].flat().includes(action) && JSON.stringify(Resource).includes(`"${resource}`),
      );
      if (granting.length === 0) throw new Error(`${idStart} has no grant of ${action}`);
      for (const statement of granting) {
        statement.Action = [statement.Action].flat().filter((other) => other !== action);
      }
    },
    removeVariable(idStart, name) {
      for (const { Environment } of find('AWS::Lambda::Function', idStart)) {
        delete (Environment as { Variables: Record<string, unknown> }).Variables[name];
      }
    },
    setProperty(type, name, value) {
      for (const properties of find(type)) properties[name] = value;
    },
  };
}

function statementsOf({ Policies }: Record<string, unknown>): Statement[] {
  const policies = Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}
