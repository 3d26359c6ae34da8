// SPDX-License-Identifier: BSD-2-Clause
// What the tools of CloudWatch send, what they make of answers, and what they refuse before they send anything.
import assert from 'node:assert/strict'
import { lines, outcome } from './answered'
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

describe('Tools of CloudWatch refuse', () => {
  const wrongs: readonly (readonly [typed: string, message: string])[] = [
    ['euwatch-get-stats M -n N -s Sum --period 0', 'argument --period: value must be positive'],
    ['euwatch-get-stats M -n N -s Sum --period 61', 'argument --period: value must be a multiple of 60'],
    ['euwatch-get-stats M -n N', 'argument -s/--statistics is required'],
    [
      'euwatch-get-stats M -n N -s Sum --start-time noon',
      "argument --start-time: 'noon' must have form YYYY-MM-DDThh:mm:ssZ",
    ],
    ['euwatch-list-metrics -d A', "argument -d/--dimensions: dimension 'A' must have form NAME=VALUE"],
    ['euwatch-put-data -n N -v 1', 'argument -v/--value requires -m/--metric-name'],
    ['euwatch-put-data -n N -m M -v one', "argument -v/--value: invalid float value: 'one'"],
    ['euwatch-put-data -n N -s ', 'argument -s/--metric-datum: value must not be empty'],
    [
      'euwatch-put-data -n N -s val=1',
      "argument -s/--metric-datum: datum 'val=1' must have a metric name; supply one individually with 'MetricName=NAME' or set a default for this request with -m/--metric-name",
    ],
    [
      'euwatch-put-data -n N -m M -s 5',
      "argument -s/--metric-datum: '5' in datum '5' must have format KEY=VALUE,...",
    ],
    [
      'euwatch-put-data -n N -m M -s dim=A=1,val=1',
      "argument -s/--metric-datum: dimension names and values in datum 'dim=A=1,val=1' must be separated with ':', not '='",
    ],
    [
      'euwatch-put-data -n N -m M -s dim=A,val=1',
      "argument -s/--metric-datum: dimension 'A' for datum 'dim=A,val=1' must have format KEY:VALUE,...",
    ],
    [
      'euwatch-put-data -n N -m M -s val=x',
      "argument -s/--metric-datum: Value value for datum 'val=x' must be numeric",
    ],
    [
      'euwatch-put-data -n N -m M -s max=x,min=1,count=1,sum=1',
      "argument -s/--metric-datum: Maximum value for datum 'max=x,min=1,count=1,sum=1' must be numeric",
    ],
    [
      'euwatch-put-data -n N -m M -s color=red',
      "argument -s/--metric-datum: datum 'color=red' contains unrecognized attribute 'color'",
    ],
    [
      'euwatch-put-data -n N -m M -s __proto__=1',
      "argument -s/--metric-datum: datum '__proto__=1' contains unrecognized attribute '__proto__'",
    ],
    [
      'euwatch-put-data -n N -m M -s val=1,sum=2',
      "argument -s/--metric-datum: datum 'val=1,sum=2' must not contain both Value and Sum attributes",
    ],
    [
      'euwatch-put-data -n N -m M -s max=2,min=1,sum=3',
      "argument -s/--metric-datum: a SampleCount is required for statistic datum 'max=2,min=1,sum=3'",
    ],
    [
      'euwatch-put-data -n N -m M -s unit=Count',
      "argument -s/--metric-datum: datum 'unit=Count' must contain either a Value or a Maximum, Minimum, SampleCount, and Sum",
    ],
    [
      'euwatch-put-data -n N -m M -s val=1,ts=now',
      "argument -s/--metric-datum: Timestamp value for datum 'val=1,ts=now' must have form YYYY-MM-DDThh:mm:ssZ",
    ],
    ['euwatch-delete-alarms', 'too few arguments'],
    [
      'euwatch-set-alarm-state a --state-value BAD --state-reason r',
      "argument --state-value: invalid choice: 'BAD' (choose from 'ALARM', 'INSUFFICIENT_DATA', 'OK')",
    ],
  ]
  for (const [typed, message] of wrongs) {
    it(typed, async () => {
      const { status, stderr, requests } = await outcome(typed, {})
      assert.equal(stderr.split('\n').at(-2), `${typed.split(' ')[0]}: error: ${message}`)
      assert.equal(status, 2)
      assert.deepEqual(requests, [])
    })
  }
})

describe('Tools of CloudWatch print', () => {
  const refusal =
    '<ErrorResponse><Error><Code>InvalidNextToken</Code><Message>No.</Message></Error></ErrorResponse>'
  const alarm =
    '<member><AlarmName>a</AlarmName><AlarmDescription>why not</AlarmDescription><StateValue>OK</StateValue>' +
    '<StateReason>because</StateReason><StateReasonData>{}</StateReasonData><ActionsEnabled>true</ActionsEnabled>' +
    '<OKActions><member>o</member><member>p</member></OKActions><AlarmActions><member>x</member></AlarmActions>' +
    '<InsufficientDataActions><member>i</member></InsufficientDataActions><Namespace>N</Namespace>' +
    '<MetricName>M</MetricName><Dimensions><member><Name>A</Name><Value>1</Value></member><member><Name>B</Name>' +
    '<Value>2</Value></member></Dimensions><Period>60</Period><Statistic>Sum</Statistic><Unit>Count</Unit>' +
    '<EvaluationPeriods>2</EvaluationPeriods><ComparisonOperator>LessThanThreshold</ComparisonOperator>' +
    '<Threshold>5.0</Threshold><AlarmArn>arn</AlarmArn></member>'
  const alarms = `<MetricAlarms>${alarm}<member><AlarmName>b</AlarmName></member></MetricAlarms>`
  const short = 'a\tOK\tx\tN\tM\t60\tSum\t2\tLessThanThreshold\t5.0'
  const long =
    'a\twhy not\tOK\tbecause\t{}\ttrue\to,p\tx\ti\tN\tM\t{A=1,B=2}\t60\tSum\tCount\t2\tLessThanThreshold\t5.0\tarn'

  it('alarms, shortly and at length', async () => {
    const both = { DescribeAlarms: alarms, DescribeAlarmsForMetric: alarms }
    for (const tool of [
      'euwatch-describe-alarms',
      'euwatch-describe-alarms-for-metric --metric-name M --namespace N',
    ]) {
      assert.deepEqual(await lines(tool, both), [short, `b${'\t'.repeat(9)}`])
      assert.deepEqual(await lines(`${tool} --show-long`, both), [long, `b${'\t'.repeat(18)}`])
    }
    const [, empty] = await lines('euwatch-describe-alarms --show-empty-fields', both)
    assert.equal(empty, `b${'\t(nil)'.repeat(9)}`)
  })

  it('what became of alarms, in the order of the answer', async () => {
    const item = (time: string) =>
      `<member><AlarmName>a</AlarmName><Timestamp>${time}</Timestamp><HistoryItemType>Action</HistoryItemType>` +
      '<HistorySummary> Done</HistorySummary><HistoryData>{}</HistoryData></member>'
    const DescribeAlarmHistory = `<AlarmHistoryItems>${item('2014-02-16T12:13:14Z')}${item('2013-02-16T12:13:14.5Z')}</AlarmHistoryItems>`
    assert.deepEqual(await lines('euwatch-describe-alarm-history', { DescribeAlarmHistory }), [
      'a\t2014-02-16T12:13:14Z\tAction\t Done',
      'a\t2013-02-16T12:13:14.5Z\tAction\t Done',
    ])
    const [first] = await lines('euwatch-describe-alarm-history --show-long', { DescribeAlarmHistory })
    assert.equal(first, 'a\t2014-02-16T12:13:14Z\tAction\t Done\t{}')
  })

  it('a page before the next is asked for, and its end when that fails', async () => {
    const answers = {
      DescribeAlarms:
        '<MetricAlarms><member><AlarmName>a</AlarmName></member></MetricAlarms><NextToken>2</NextToken>',
    }
    const service = await recorder((action, form) =>
      form.has('NextToken')
        ? {
            status: 400,
            body: refusal,
          }
        : `<${action}Response><${action}Result>${answers.DescribeAlarms}</${action}Result></${action}Response>`,
    )
    try {
      const { status, stdout, stderr } = await service.tool(['euwatch-describe-alarms'])
      assert.deepEqual(
        { status, stdout, stderr },
        {
          status: 1,
          stdout: `a${'\t'.repeat(9)}\n`,
          stderr: 'euwatch-describe-alarms: error (InvalidNextToken): No.\n',
        },
      )
    } finally {
      await service.close()
    }
  })

  it('metrics of all pages, sorted, or none of them', async () => {
    const metric = (name: string, dimensions = '') =>
      `<member><MetricName>${name}</MetricName><Namespace>N</Namespace><Dimensions>${dimensions}</Dimensions></member>`
    const dimension = '<member><Name>A</Name><Value>1</Value></member>'
    const pages: Record<string, string> = {
      null: `<Metrics>${metric('M', dimension)}${metric('Z')}</Metrics><NextToken>2</NextToken>`,
      2: `<Metrics>${metric('M')}${metric('B', dimension + dimension)}</Metrics>`,
    }
    let isWhole = true
    const service = await recorder((action, form) => {
      const token = form.get('NextToken')
      if (token && !isWhole) return { status: 400, body: refusal }
      return `<${action}Response><${action}Result>${pages[String(token)]}</${action}Result></${action}Response>`
    })
    try {
      const { stdout } = await service.tool(['euwatch-list-metrics'])
      assert.equal(stdout, 'B\tN\t{A=1,A=1}\nM\tN\t\nM\tN\t{A=1}\nZ\tN\t\n')
      const { stdout: json } = await service.tool(['euwatch-list-metrics', '--json'])
      assert.equal(JSON.parse(json).Metrics.length, 4)
      isWhole = false
      const { status, stdout: nothing } = await service.tool(['euwatch-list-metrics'])
      assert.deepEqual({ status, nothing }, { status: 1, nothing: '' })
    } finally {
      await service.close()
    }
  })

  it('statistics, sorted by time, with numbers as the service writes them', async () => {
    const point = (fields: Record<string, string>) =>
      `<member>${Object.entries(fields)
        .map(([name, value]) => `<${name}>${value}</${name}>`)
        .join('')}</member>`
    const points = [
      point({ Timestamp: '2014-02-16T12:14:00Z', Average: '1.0E7', Unit: 'Count' }),
      point({ Timestamp: '2014-02-16T12:13:00Z', SampleCount: '2.0', Sum: '0.0', Unit: 'Percent' }),
      point({ Timestamp: '2014-02-16T12:13:00Z', SampleCount: '10.0', Minimum: '-0.5', Maximum: '1.5E-4' }),
      point({ Timestamp: '2014-02-16T12:12:00.000Z', Sum: 'NaN' }),
    ]
    const answer = { GetMetricStatistics: `<Label>M</Label><Datapoints>${points.join('')}</Datapoints>` }
    assert.deepEqual(await lines('euwatch-get-stats M -n N -s Sum', answer), [
      '2014-02-16 12:13:00\t10.0\t\t\t-0.5\t1.5E-4\t',
      '2014-02-16 12:13:00\t2.0\t\t0.0\t\t\tPercent',
      '2014-02-16 12:14:00\t\t1.0E7\t\t\t\tCount',
      '2014-02-16T12:12:00.000Z\t\t\tNaN\t\t\t',
    ])
  })

  it('the code of a refusal', async () => {
    const { status, stderr } = await outcome('euwatch-delete-alarms a', { DeleteAlarms: '!ResourceNotFound' })
    assert.deepEqual(
      { status, stderr },
      { status: 1, stderr: 'euwatch-delete-alarms: error (ResourceNotFound): No.\n' },
    )
  })
})
