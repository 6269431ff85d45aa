import { Validations } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** Who is told. */
export interface AlarmMailProps {
  readonly email: string;
}

/** Mails alarms to a person, who must first confirm a mail from AWS. */
export class AlarmMail extends Construct {
  readonly action: IAlarmAction;

  constructor(scope: Construct, id: string, props: AlarmMailProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(props.email));
    Validations.of(topic).acknowledge({
      id: 'Serverless-SNSDLQ',
      reason: 'Mail has no dead letters: the alarm itself stays visible in CloudWatch.',
    });
    this.action = new SnsAction(topic);
  }
}
