// SPDX-License-Identifier: BSD-2-Clause
// What the tools of CloudWatch send.
import assert from 'node:assert/strict'
import { type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const names = { 'AlarmNames.member.1': 'a', 'AlarmNames.member.2': 'b' }
const statistic = {
  'MetricData.member.1.StatisticValues.Maximum': '5.0',
  'MetricData.member.1.StatisticValues.Minimum': '-1.0',
  'MetricData.member.1.StatisticValues.SampleCount': '4.0',
  'MetricData.member.1.StatisticValues.Sum': '10.25',
}
const put = { Action: 'PutMetricData', Namespace: 'N' }

const cases: readonly Sent[] = [
  ['euwatch-delete-alarms a b', { Action: 'DeleteAlarms', ...names }],
  ['euwatch-delete-alarms -f a b', { Action: 'DeleteAlarms', ...names }],
  ['euwatch-disable-alarm-actions a b', { Action: 'DisableAlarmActions', ...names }],
  ['euwatch-enable-alarm-actions a b', { Action: 'EnableAlarmActions', ...names }],
  ['euwatch-describe-alarm-history', { Action: 'DescribeAlarmHistory' }],
  [
    'euwatch-describe-alarm-history a --start-date 2014-02-16 --end-date 2014-02-16T12:13:14+02:00 --history-item-type Action --show-long',
    {
      Action: 'DescribeAlarmHistory',
      AlarmName: 'a',
      StartDate: '2014-02-16T00:00:00Z',
      EndDate: '2014-02-16T10:13:14Z',
      HistoryItemType: 'Action',
    },
  ],
  ['euwatch-describe-alarms', { Action: 'DescribeAlarms' }],
  ['euwatch-describe-alarms a b', { Action: 'DescribeAlarms', ...names }],
  [
    'euwatch-describe-alarms --action-prefix arn: --alarm-name-prefix a --state-value INSUFFICIENT_DATA',
    {
      Action: 'DescribeAlarms',
      ActionPrefix: 'arn:',
      AlarmNamePrefix: 'a',
      StateValue: 'INSUFFICIENT_DATA',
    },
  ],
  [
    'euwatch-describe-alarms-for-metric --metric-name M --namespace N --alarm-description x --dimensions A=1,B=2=3 --period 60 --statistic Sum --unit Count',
    {
      Action: 'DescribeAlarmsForMetric',
      MetricName: 'M',
      Namespace: 'N',
      'Dimensions.member.1.Name': 'A',
      'Dimensions.member.1.Value': '1',
      'Dimensions.member.2.Name': 'B',
      'Dimensions.member.2.Value': '2=3',
      Period: '60',
      Statistic: 'Sum',
      Unit: 'Count',
    },
  ],
  ['euwatch-list-metrics', { Action: 'ListMetrics' }],
  [
    'euwatch-list-metrics -d A=1 -m M -n N',
    {
      Action: 'ListMetrics',
      'Dimensions.member.1.Name': 'A',
      'Dimensions.member.1.Value': '1',
      MetricName: 'M',
      Namespace: 'N',
    },
  ],
  [
    'euwatch-get-stats M -n N -s Average,Sum --dimensions A=1 --start-time 2014-02-16T12:00:00Z --end-time 2014-02-16T13:00:00 --period 300 --unit Count',
    {
      Action: 'GetMetricStatistics',
      MetricName: 'M',
      Namespace: 'N',
      'Statistics.member.1': 'Average',
      'Statistics.member.2': 'Sum',
      'Dimensions.member.1.Name': 'A',
      'Dimensions.member.1.Value': '1',
      EndTime: '2014-02-16T13:00:00Z',
      Period: '300',
      Unit: 'Count',
    },
  ],
  ['euwatch-put-data -n N'],
  [
    'euwatch-put-data -n N -m M -v 5 -v -0.5 -d A=5 -u Count -t 2014-02-16T12:13:14Z',
    {
      ...put,
      'MetricData.member.1.MetricName': 'M',
      'MetricData.member.1.Value': '5.0',
      'MetricData.member.1.Unit': 'Count',
      'MetricData.member.1.Dimensions.member.1.Name': 'A',
      'MetricData.member.1.Dimensions.member.1.Value': '5',
      'MetricData.member.2.MetricName': 'M',
      'MetricData.member.2.Value': '-0.5',
      'MetricData.member.2.Unit': 'Count',
      'MetricData.member.2.Dimensions.member.1.Name': 'A',
      'MetricData.member.2.Dimensions.member.1.Value': '5',
    },
  ],
  [
    'euwatch-put-data -n N -m M -s val=2 -v 1',
    {
      ...put,
      'MetricData.member.1.MetricName': 'M',
      'MetricData.member.1.Value': '1.0',
      'MetricData.member.2.MetricName': 'M',
      'MetricData.member.2.Value': '2.0',
    },
  ],
  [
    'euwatch-put-data -n N -m M -u Count --statistic-values Maximum=5,Minimum=-1,SampleCount=4,Sum=10.25',
    {
      ...put,
      'MetricData.member.1.MetricName': 'M',
      ...statistic,
      'MetricData.member.1.Unit': 'Count',
    },
  ],
  [
    'euwatch-put-data -n N -m M -d C=3 -u Count -s "dim=A:1,B:2",metric=X,unit=Bytes,max=5,min=-1,count=4,sum=10.25',
    {
      ...put,
      'MetricData.member.1.MetricName': 'X',
      'MetricData.member.1.Dimensions.member.1.Name': 'A',
      'MetricData.member.1.Dimensions.member.1.Value': '1',
      'MetricData.member.1.Dimensions.member.2.Name': 'B',
      'MetricData.member.1.Dimensions.member.2.Value': '2',
      ...statistic,
      'MetricData.member.1.Unit': 'Bytes',
    },
  ],
  [
    'euwatch-put-data -n N -s metric="quo"ted,"dim=A:x""1""",val=1e3',
    {
      ...put,
      'MetricData.member.1.MetricName': '"quo"ted',
      'MetricData.member.1.Dimensions.member.1.Name': 'A',
      'MetricData.member.1.Dimensions.member.1.Value': 'x"1"',
      'MetricData.member.1.Value': '1000.0',
    },
  ],
  [
    'euwatch-put-metric-alarm a --comparison-operator LessThanThreshold --evaluation-periods 2 --metric-name M --namespace N --period 60 --statistic Maximum --threshold 20',
    {
      Action: 'PutMetricAlarm',
      AlarmName: 'a',
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: '2',
      MetricName: 'M',
      Namespace: 'N',
      Period: '60',
      Statistic: 'Maximum',
      Threshold: '20.0',
    },
  ],
  [
    'euwatch-put-metric-alarm a --comparison-operator LessThanThreshold --evaluation-periods 2 --metric-name M --namespace N --period 60 --statistic Maximum --threshold .5 --actions-enabled false --alarm-actions x,y --alarm-description d -d A=1 --insufficient-data-actions i --ok-actions o --unit Count',
    {
      Action: 'PutMetricAlarm',
      AlarmName: 'a',
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: '2',
      MetricName: 'M',
      Namespace: 'N',
      Period: '60',
      Statistic: 'Maximum',
      Threshold: '0.5',
      ActionsEnabled: 'false',
      'AlarmActions.member.1': 'x',
      'AlarmActions.member.2': 'y',
      AlarmDescription: 'd',
      'Dimensions.member.1.Name': 'A',
      'Dimensions.member.1.Value': '1',
      'InsufficientDataActions.member.1': 'i',
      'OKActions.member.1': 'o',
      Unit: 'Count',
    },
  ],
  [
    'euwatch-set-alarm-state a --state-value ALARM --state-reason why --state-reason-data {}',
    {
      Action: 'SetAlarmState',
      AlarmName: 'a',
      StateValue: 'ALARM',
      StateReason: 'why',
      StateReasonData: '{}',
    },
  ],
]

/** What requests say, but for times: a form's parameters are times by their names to those who write them down. */
const timeless = (sent: readonly Record<string, string>[]): Record<string, string>[] =>
  sent.map(form =>
    Object.fromEntries(Object.entries(form).filter(([name]) => !/\.Timestamp$|^StartTime$/.test(name))),
  )

describe('Tools of CloudWatch send', () => {
  let service: Recorder
  before(async () => {
    service = await recorder()
  })
  after(() => service.close())

  itSends(cases, () => ({
    ...service,
    tool: async (...given) => {
      const result = await service.tool(...given)
      service.requests.splice(0, Number.POSITIVE_INFINITY, ...timeless(service.requests))
      return result
    },
  }))

  const sent = async (typed: string) => {
    service.requests.length = 0
    await service.tool(typed.split(' '), '', { now: () => Date.parse('2014-02-16T12:13:16.789Z') })
    return [...service.requests]
  }

  it('the last hour, in whole seconds, unless another time is asked for', async () => {
    const [last] = await sent('euwatch-get-stats M -n N -s Sum')
    assert.equal(last?.StartTime, '2014-02-16T11:13:16Z')
    assert.equal(last?.EndTime, '2014-02-16T12:13:16Z')
    assert.equal(last?.Period, '60')
    const [asked] = await sent('euwatch-get-stats M -n N -s Sum --start-time 2014-02-16T10:00:00Z')
    assert.equal(asked?.StartTime, '2014-02-16T10:00:00Z')
  })

  it('the time of a datum, its own before that of all', async () => {
    const [form] = await sent(
      'euwatch-put-data -n N -m M -t 2014-02-16T12:13:14Z -v 1 -s val=2 -s val=3,ts=2014-02-16T12:00:00+01:00',
    )
    assert.deepEqual(
      [1, 2, 3].map(i => form?.[`MetricData.member.${i}.Timestamp`]),
      ['2014-02-16T12:13:14Z', '2014-02-16T12:13:14Z', '2014-02-16T11:00:00Z'],
    )
  })

  it('twenty data at a time', async () => {
    const values = Array.from({ length: 45 }, (_, i) => `-v ${i}`).join(' ')
    const requests = await sent(`euwatch-put-data -n N -m M ${values}`)
    const count = (form: Record<string, string>) =>
      Object.keys(form).filter(name => name.endsWith('.Value')).length
    assert.deepEqual(requests.map(count), [20, 20, 5])
    assert.equal(requests[2]?.['MetricData.member.5.Value'], '44.0')
  })
})
