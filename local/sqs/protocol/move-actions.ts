import type { MoveTask } from '../engine/move-tasks.ts';
import type { Action, ActionContext } from './action.ts';
import { optionalText, optionalWithin, text } from './input.ts';

/** The actions that move a dead-letter queue's messages. */
export const moveActions: Readonly<Record<string, Action>> = {
  StartMessageMoveTask: (input, { engine }) => {
    const task = engine.moves.start(
      text(input, 'SourceArn'),
      optionalText(input, 'DestinationArn'),
      optionalWithin(input, 'MaxNumberOfMessagesPerSecond', 1, 500),
    );
    return { TaskHandle: task.handle };
  },

  ListMessageMoveTasks: (input, context) => {
    const limit = optionalWithin(input, 'MaxResults', 1, 10) ?? 1;
    const tasks = context.engine.moves.list(text(input, 'SourceArn'), limit);
    return { Results: tasks.map((task) => writeTask(context, task)) };
  },

  CancelMessageMoveTask: (input, { engine }) => {
    const task = engine.moves.cancel(text(input, 'TaskHandle'));
    return { ApproximateNumberOfMessagesMoved: task.moved };
  },
};

function writeTask({ engine }: ActionContext, task: MoveTask): object {
  return {
    TaskHandle: task.status === 'RUNNING' ? task.handle : undefined,
    Status: task.status,
    SourceArn: engine.queues.arnOf(task.source),
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.maxPerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAt,
  };
}
