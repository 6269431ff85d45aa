import { domainEvents } from '../../../shared/contract/domain-events.ts';
import { exampleEvent } from '../../../shared/contract/openapi/webhooks.ts';
import { block, layOut } from './layout.ts';

/** Each event that is told to the outside, with an example. */
export function eventsPage(): string {
  const types = [...domainEvents.keys()];
  const sections = types.map(
    (type) => `<h2 id="${type}"><code>${type}</code></h2>\n${block(exampleEvent(type))}`,
  );
  return layOut({
    path: '/docs/events',
    title: 'Webhooks and events',
    main: `<p>What changes is told once it is stored: to your webhook endpoints, signed as
<a href="https://www.standardwebhooks.com/">Standard Webhooks</a> says, and to the deployment's EventBridge bus. An event
keeps its <code>id</code> however often it is sent; answer 2xx quickly, and leave out an id that you have seen.</p>
<p>${types.map((type) => `<a href="#${type}"><code>${type}</code></a>`).join(' ')}</p>
${sections.join('\n')}`,
  });
}
