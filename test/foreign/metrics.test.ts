// SPDX-License-Identifier: BSD-2-Clause
// boto3 and the AWS CLI as clients of CloudWatch. botocore is made to speak each of the three forms that it has had.
import assert from 'node:assert/strict'
import { type Json, need, program, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import datetime, json, os, sys
import botocore.serialize, botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

form = sys.argv[1]
if form not in botocore.serialize.SERIALIZERS:
    print(json.dumps('no such form'))
    sys.exit()

now = datetime.datetime.now(datetime.timezone.utc)
minute = now.replace(second=0, microsecond=0) - datetime.timedelta(minutes=10)

session = botocore.session.get_session()
loader = session.get_component('data_loader')
load = loader.load_service_model

def load_in_form(*args, **more):
    model = load(*args, **more)
    if args[:2] != ('cloudwatch', 'service-2'):
        return model
    metadata = dict(model['metadata'], protocol=form, protocols=[form], jsonVersion='1.0',
                    targetPrefix='GraniteServiceVersion20100801')
    return dict(model, metadata=metadata)

loader.load_service_model = load_in_form

def client(path='/services/CloudWatch', **more):
    return session.create_client('cloudwatch', endpoint_url=os.environ['CLOUD'] + path,
                                 config=Config(retries=dict(max_attempts=0)), **more)

def refused(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return [error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Code'],
                error.response['Error']['Message']]
    return 'not refused'

def answer(**values):
    print(json.dumps(values))
`

describe('boto3 and the AWS CLI as clients of CloudWatch', () => {
  let cloud: ServedCloud

  before(async function () {
    need(this, 'python3:boto3', 'aws')
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  for (const form of ['query', 'json', 'smithy-rpc-v2-cbor']) {
    // A botocore that is older than a form has nothing to say about it.
    const boto3 = async (script: string, check: (found: Json) => void): Promise<void> => {
      const found = await python('boto3', `${preamble}${script}`, {
        env: { ...cloud.env, CLOUD: cloud.endpoint },
        cwd: cloud.work,
        args: [form],
      })
      if (found !== 'no such form') check(found)
    }

    for (const path of ['/services/CloudWatch', ''])
      it(`boto3 puts, lists and adds up data ${path === '' ? 'at the root' : 'at the service'} by ${form}`, () =>
        boto3(
          `
cw = client('${path}')
here = dict(Namespace=form + '${path}', MetricName='m', Dimensions=[dict(Name='d', Value='ü')])
for n in range(6):
    cw.put_metric_data(Namespace=here['Namespace'], MetricData=[
        dict(MetricName='m', Dimensions=here['Dimensions'], Value=1.5, Unit='Count',
             Timestamp=minute + datetime.timedelta(seconds=n * 20 + i)) for i in range(20)])
sets = cw.get_metric_statistics(StartTime=minute, EndTime=now, Period=60,
                                Statistics=['Sum', 'Average', 'SampleCount'], **here)
data = cw.get_metric_data(MetricDataQueries=[dict(Id='a', MetricStat=dict(Metric=here, Period=120, Stat='Sum'))],
                          StartTime=minute, EndTime=now)['MetricDataResults'][0]
points = sets['Datapoints']
since = lambda t: (t - minute).total_seconds()
answer(label=sets['Label'], points=[[since(p['Timestamp']), p['Sum'], p['Average'], p['SampleCount'], p['Unit']] for p in points],
       data=[data['Id'], data['Label'], data['StatusCode'], data['Values'], [since(t) for t in data['Timestamps']]],
       metrics=[m for page in cw.get_paginator('list_metrics').paginate(Namespace=here['Namespace']) for m in page['Metrics']])
`,
          found =>
            assert.deepEqual(found, {
              label: 'm',
              points: [
                [0, 90, 1.5, 60, 'Count'],
                [60, 90, 1.5, 60, 'Count'],
              ],
              data: ['a', 'm', 'Complete', [180], [0]],
              metrics: [
                { Namespace: `${form}${path}`, MetricName: 'm', Dimensions: [{ Name: 'd', Value: 'ü' }] },
              ],
            }),
        ))

    it(`boto3 is told by ${form} what is refused`, () =>
      boto3(
        `
cw = client()
other = client(aws_access_key_id='AKIANOBODY', aws_secret_access_key='x')
answer(own=refused(cw.put_metric_data, Namespace='AWS/x', MetricData=[dict(MetricName='m', Value=1)]),
       unknown=refused(cw.list_dashboards), key=refused(other.list_metrics))
`,
        ({ own, unknown, key }) => {
          assert.match(own[1], /^InvalidParameterValue(Exception)?$/)
          assert.deepEqual([own[0], own[2]], [400, 'The value AWS/ for parameter Namespace is invalid.'])
          assert.deepEqual(
            [unknown[1], key[0], key[1]],
            form === 'query'
              ? ['InvalidAction', 403, '403 Forbidden']
              : ['UnknownOperationException', 403, 'UnrecognizedClientException'],
          )
        },
      ))

    it(`data that boto3 compresses are read by ${form}`, () =>
      boto3(
        `
cw = client()
for large in range(2):
    cw.put_metric_data(Namespace='Large' + form, MetricData=[
        dict(MetricName='m%d' % n, Values=[v * 1.5 for v in range(1 if large == 0 else 100)]) for n in range(20)])
answer(metrics=len(cw.list_metrics(Namespace='Large' + form)['Metrics']))
`,
        found => assert.deepEqual(found, { metrics: 20 }),
      ))
  }

  it('the AWS CLI puts data and reads statistics', async () => {
    const aws = program(
      'aws',
      { env: cloud.env, cwd: cloud.work },
      {
        first: ['--endpoint-url', `${cloud.endpoint}/services/CloudWatch`, '--output', 'json', 'cloudwatch'],
      },
    )
    await aws`put-metric-data --namespace Cli --metric-name m --dimensions a=b --value 42 --unit Percent`
    const [start, end] = [-600, 60].map(seconds => new Date(Date.now() + seconds * 1000).toISOString())
    const said =
      await aws.json`get-metric-statistics --namespace Cli --metric-name m --dimensions Name=a,Value=b --start-time ${start} --end-time ${end} --period 3600 --statistics Maximum`
    assert.equal(said.Datapoints.length, 1)
    assert.deepEqual([said.Datapoints[0].Maximum, said.Datapoints[0].Unit], [42, 'Percent'])
    const message =
      await aws.fails`get-metric-statistics --namespace Cli --metric-name m --start-time ${start} --end-time ${start} --period 60 --statistics Sum`
    assert.match(message, /InvalidParameterValue.*The parameter StartTime must not equal parameter EndTime/)
  })
})
