// SPDX-License-Identifier: BSD-2-Clause
// Alarms by the AWS CLI and by boto3's resources, paginators, waiters and exceptions.
import assert from 'node:assert/strict'
import { allFail, type Json, need, type Program, program, python } from '../support/programs'
import { type MovingCloud, movingCloud } from './moving-cloud'

const alarm = [
  ...['--namespace', 'Shop', '--metric-name', 'Queue', '--statistic', 'Average', '--period', '60'],
  ...['--evaluation-periods', '2', '--threshold', '10.5', '--comparison-operator', 'LessThanThreshold'],
]

describe('alarms by others’ programs', () => {
  let cloud: MovingCloud
  let aws: Program

  before(async function () {
    need(this, 'python3:boto3', 'aws')
    cloud = await movingCloud()
    aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', cloud.endpoint] })
  })
  after(() => cloud?.close())

  it('the AWS CLI makes, shows, sets, switches and removes them', async () => {
    const { accountId } = cloud.inside
    const arn = `arn:aws:cloudwatch::${accountId}:alarm:quiet`
    await aws`cloudwatch put-metric-alarm --alarm-name quiet ${alarm} --dimensions Name=City,Value=Perth --treat-missing-data breaching --tags Key=team,Value=red`
    const [one] = (await aws.json`cloudwatch describe-alarms --alarm-names quiet`).MetricAlarms
    assert.deepEqual(
      [one.AlarmArn, one.StateValue, one.Threshold, one.Dimensions, one.TreatMissingData, one.ActionsEnabled],
      [arn, 'INSUFFICIENT_DATA', 10.5, [{ Name: 'City', Value: 'Perth' }], 'breaching', true],
    )
    const { Tags } = await aws.json`cloudwatch list-tags-for-resource --resource-arn ${arn}`
    assert.deepEqual(Tags, [{ Key: 'team', Value: 'red' }])
    await aws`cloudwatch wait alarm-exists --alarm-names quiet`
    await aws`cloudwatch set-alarm-state --alarm-name quiet --state-value OK --state-reason test --state-reason-data ${'{"a":1}'}`
    const metric = ['--namespace', 'Shop', '--metric-name', 'Queue']
    const found =
      await aws.json`cloudwatch describe-alarms-for-metric ${metric} --dimensions Name=City,Value=Perth`
    assert.deepEqual(
      [found.MetricAlarms[0].StateValue, found.MetricAlarms[0].StateReasonData],
      ['OK', '{"a":1}'],
    )
    await aws`cloudwatch disable-alarm-actions --alarm-names quiet`
    await cloud.pass(60)
    const history = await aws.json`cloudwatch describe-alarm-history --alarm-name quiet --max-items 2`
    assert.deepEqual(
      history.AlarmHistoryItems.map((item: Json) => item.HistorySummary),
      [' Alarm updated from OK to ALARM', 'Alarm "quiet" updated'],
    )
    assert.ok(history.NextToken)
    await allFail([
      [
        /\(ResourceNotFound\).*Could not find alarm with name 'none'/,
        aws.fails`cloudwatch set-alarm-state --alarm-name none --state-value OK --state-reason test`,
      ],
      [
        /\(InvalidParameterValue\).*The parameter Period must be a multiple of 60\./,
        aws.fails`cloudwatch put-metric-alarm --alarm-name bad ${alarm} --period 90`,
      ],
      [
        /\(InvalidParameterCombination\).*mutually exclusive/,
        aws.fails`cloudwatch describe-alarms --alarm-names a --alarm-name-prefix b`,
      ],
      [
        /\(InvalidFormat\)/,
        aws.fails`cloudwatch set-alarm-state --alarm-name quiet --state-value OK --state-reason r --state-reason-data ${'{'}`,
      ],
    ])
    await aws`cloudwatch delete-alarms --alarm-names ${arn}`
    assert.deepEqual((await aws.json`cloudwatch describe-alarms`).MetricAlarms, [])
  })

  it('boto3 pages through many of them and catches its exceptions', async () => {
    const told = await python(
      'boto3',
      `
import json, os
import boto3
watch = boto3.client('cloudwatch', endpoint_url=os.environ['CLOUD'])
resource = boto3.resource('cloudwatch', endpoint_url=os.environ['CLOUD'])
more = dict(Statistic='Sum', Period=120, EvaluationPeriods=3, Threshold=1, ComparisonOperator='GreaterThanThreshold')
metric = resource.Metric('Shop', 'Sold')
for index in range(12):
    metric.put_alarm(AlarmName='many%02d' % index, **more)
pages = [[alarm['AlarmName'] for alarm in page['MetricAlarms']] for page in
         watch.get_paginator('describe_alarms').paginate(PaginationConfig={'PageSize': 5})]
watch.get_waiter('alarm_exists').wait(AlarmNames=['many03'])
alarm = resource.Alarm('many03')
alarm.set_state(StateValue='ALARM', StateReason='a test')
alarm.reload()
alarm.disable_actions()
seen = [alarm.state_value, alarm.state_reason]
items = [item['HistoryItemType'] for page in watch.get_paginator('describe_alarm_history').paginate(
         AlarmName='many03', PaginationConfig={'PageSize': 1}) for item in page['AlarmHistoryItems']]
caught = []
for call, exception in ((lambda: resource.Alarm('none').set_state(StateValue='OK', StateReason='r'), 'ResourceNotFound'),
                        (lambda: watch.describe_alarms(NextToken='nonsense'), 'InvalidNextToken'),
                        (lambda: alarm.set_state(StateValue='OK', StateReason='r', StateReasonData='{'), 'InvalidFormatFault')):
    try:
        call()
    except getattr(watch.exceptions, exception) as error:
        caught.append(exception)
for one in list(metric.alarms.all()):
    one.delete()
print(json.dumps({'pages': pages, 'seen': seen, 'items': items, 'caught': caught,
                  'left': len(watch.describe_alarms()['MetricAlarms'])}))
`,
      { env: { ...cloud.env, CLOUD: cloud.endpoint }, cwd: cloud.work },
    )
    assert.deepEqual(
      told.pages.map((page: Json) => [page.length, page[0]]),
      [
        [5, 'many00'],
        [5, 'many05'],
        [2, 'many10'],
      ],
    )
    assert.deepEqual([told.seen, told.left], [['ALARM', 'a test'], 0])
    assert.deepEqual(told.items, ['ConfigurationUpdate', 'StateUpdate', 'ConfigurationUpdate'])
    assert.deepEqual(told.caught, ['ResourceNotFound', 'InvalidNextToken', 'InvalidFormatFault'])
  })
})
