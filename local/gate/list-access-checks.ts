import type { Deployment } from '../deployment.ts';
import { type AccessCheck, checkOf } from './access-check.ts';
import { indexTables } from './index-tables.ts';
import { listDynamodbChecks, listStreamChecks } from './list-dynamodb-checks.ts';
import { listSqsChecks } from './list-sqs-checks.ts';
import type { ServiceCall } from './read-call.ts';
import { type Fields, fieldsOf, listOf, textOf } from './read-fields.ts';

const checkEvents = (
  operation: string,
  body: Fields,
  busArn: (name: string) => string,
): readonly AccessCheck[] => {
  if (operation !== 'PutEvents') return [checkOf(`events:${operation}`, '*')];
  return listOf(body['Entries']).map((entry) => {
    const { EventBusName, Source, DetailType } = fieldsOf(entry);
    return checkOf('events:PutEvents', busArn(textOf(EventBusName) || 'default'), () => ({
      'events:source': [textOf(Source)],
      'events:detail-type': [textOf(DetailType)],
    }));
  });
};

/** The ARN of a function that is called by its name or ARN. */
export const functionArnOf = (name: string, { region, accountId }: Deployment): string =>
  name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/** Lists what the caller of an operation has to be allowed; made once for a deployment. */
export const createCheckList = (deployment: Deployment): ((call: ServiceCall) => readonly AccessCheck[]) => {
  const { region, accountId, secrets } = deployment;
  const findTable = indexTables(deployment);
  const secretArn = (id: string): string => {
    const known = secrets.find(({ name, arn }) => name === id || arn === id)?.arn;
    return (
      known ?? (id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${accountId}:secret:${id}`)
    );
  };
  const busArn = (name: string): string =>
    name.startsWith('arn:') ? name : `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
  return ({ service, operation, body }) => {
    switch (service) {
      case 'dynamodb':
        return listDynamodbChecks(operation, body, findTable);
      case 'streams':
        return listStreamChecks(operation, body, findTable);
      case 'sqs':
        return listSqsChecks(operation, body, `arn:aws:sqs:${region}:${accountId}:`);
      case 'secretsmanager':
        return [checkOf(`secretsmanager:${operation}`, secretArn(textOf(body['SecretId'] ?? body['Name'])))];
      case 'events':
        return checkEvents(operation, body, busArn);
      case 'ses': {
        // As where the domain of the sender is verified, and not each address of it.
        const domain = /@([^\s>]+)>?$/.exec(textOf(body['FromEmailAddress']))?.[1] ?? '*';
        return [checkOf(`ses:${operation}`, `arn:aws:ses:${region}:${accountId}:identity/${domain}`)];
      }
      case 'lambda':
        return [checkOf(`lambda:${operation}`, functionArnOf(textOf(body['FunctionName']), deployment))];
    }
  };
};
