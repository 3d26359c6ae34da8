// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CloudWatchServiceException,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { type Cloud, cloud, type Services } from '../../support/cloud'
import { refused } from '../ec2/expect'

const text = 'You are not authorized to perform this operation.'

describe('what policies allow of metrics', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const somebody = async (...statements: object[]): Promise<Services> => {
    const alice = await c.account('alice')
    await alice.iam().send(new CreateUserCommand({ UserName: 'bob' }))
    if (statements.length > 0) {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements })
      await alice.iam().send(new PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'p', PolicyDocument }))
    }
    const { AccessKey } = await alice.iam().send(new CreateAccessKeyCommand({ UserName: 'bob' }))
    return c.signedBy({
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    })
  }
  const put = (who: Services, Namespace: string) =>
    who
      .cloudwatch()
      .send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] }))
  const metric = { Namespace: 'Shop', MetricName: 'm' }
  const range = { StartTime: new Date('2014-02-16'), EndTime: new Date('2014-02-17') }
  const asks: Readonly<Record<string, (who: Services) => Promise<unknown>>> = {
    PutMetricData: who => put(who, 'Shop'),
    ListMetrics: who => who.cloudwatch().send(new ListMetricsCommand({})),
    GetMetricStatistics: who =>
      who
        .cloudwatch()
        .send(new GetMetricStatisticsCommand({ ...metric, ...range, Period: 3600, Statistics: ['Sum'] })),
    GetMetricData: who =>
      who.cloudwatch().send(
        new GetMetricDataCommand({
          ...range,
          MetricDataQueries: [{ Id: 'a', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }],
        }),
      ),
  }

  it('nothing without a policy', async () => {
    const who = await somebody()
    for (const ask of Object.values(asks)) await refused(ask(who), 'UnauthorizedOperation', text)
  })

  for (const [name, ask] of Object.entries(asks))
    it(`${name} to who may do that, and nothing else`, async () => {
      const who = await somebody({ Effect: 'Allow', Action: `cloudwatch:${name}`, Resource: '*' })
      await ask(who)
      for (const [other, askOther] of Object.entries(asks))
        if (other !== name) await refused(askOther(who), 'UnauthorizedOperation', text)
    })

  it('data of a namespace, by a condition', async () => {
    const who = await somebody({
      ...{ Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*' },
      Condition: { StringEquals: { 'cloudwatch:namespace': 'Shop' } },
    })
    await put(who, 'Shop')
    await refused(put(who, 'Bakery'), 'UnauthorizedOperation', text)
  })

  it('not what a policy denies, which is no failure of the cloud', async () => {
    const who = await somebody(
      { Effect: 'Allow', Action: 'cloudwatch:*', Resource: '*' },
      { Effect: 'Deny', Action: 'cloudwatch:ListMetrics', Resource: '*' },
    )
    await asks.PutMetricData?.(who)
    const error: unknown = await asks.ListMetrics?.(who).catch((error: unknown) => error)
    assert.ok(error instanceof CloudWatchServiceException)
    assert.deepEqual(
      [error.name, error.message, error.$metadata.httpStatusCode],
      ['UnauthorizedOperation', text, 403],
    )
  })
})
