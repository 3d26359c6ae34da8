// SPDX-License-Identifier: BSD-2-Clause
// What the tools of CloudWatch make of answers.
import assert from 'node:assert/strict'
import { lines, outcome } from './answered'
import { recorder } from './recorder'

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
