// SPDX-License-Identifier: BSD-2-Clause
// Requests of every service, signed in every manner.
import { createHash, createHmac } from 'node:crypto'
import { cbor, tag } from '@smithy/core/cbor'
import type { HttpRequest } from '../../src/engine/http'
import { encode, signedByVersion2 } from '../wire/version-2'
import { ofCompute } from './compute-requests'
import { type Chance, pick } from './spoiling'

export interface Key {
  readonly id: string
  readonly secret: string
}

export const host = 'cloud.test:8773'

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const bytesOf = ({ body }: HttpRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

/** Sign by version 4 whatever the request is, in its headers. */
export const signedByVersion4 = (
  request: HttpRequest,
  { id, secret }: Key,
  service: string,
  now: number,
): HttpRequest => {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${date.slice(0, 8)}/eucalyptus/${service}/aws4_request`
  const digest = sha256(bytesOf(request))
  const { authorization: _, ...rest } = request.headers
  const headers: Record<string, string> = { ...rest, 'x-amz-date': date, 'x-amz-content-sha256': digest }
  const names = Object.keys(headers)
    .filter(name => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))
    .sort()
  const query = request.query
    .split('&')
    .filter(pair => pair !== '')
    .map(pair => {
      const [name = '', ...value] = pair.split('=')
      return `${encode(decoded(name))}=${encode(decoded(value.join('=')))}`
    })
    .sort()
    .join('&')
  const canonical = [
    request.method,
    request.path,
    query,
    ...names.map(name => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    digest,
  ].join('\n')
  const key = ['eucalyptus', service, 'aws4_request'].reduce(
    (key: Buffer, text) => hmac(key, text),
    hmac(`AWS4${secret}`, date.slice(0, 8)),
  )
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...request, headers: { ...headers, authorization } }
}

/** A request before anybody signed it, and the service that a signature names. */
export interface Plain {
  readonly service: string
  readonly request: HttpRequest
}

const form = (path: string, service: string, text: string): Plain => ({
  service,
  request: {
    method: 'POST',
    path,
    query: '',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(text),
  },
})

const scaling = (text: string) => form('/services/AutoScaling', 'autoscaling', text)
const stacks = (text: string) => form('/services/CloudFormation', 'cloudformation', text)
const metrics = (text: string) => form('/services/CloudWatch', 'monitoring', text)
const balancing = (text: string) => form('/services/LoadBalancing', 'elasticloadbalancing', text)

const rest = (
  service: string,
  method: string,
  path: string,
  query = '',
  body?: string | Uint8Array,
  headers: Record<string, string> = {},
): Plain => ({
  service,
  request: {
    method,
    path,
    query,
    headers: { host, ...headers },
    ...(body === undefined ? {} : { body: Buffer.from(body as string) }),
  },
})

const s3 = '/services/objectstorage'
const granite = 'GraniteServiceVersion20100801'

const cborDocument = cbor.serialize({
  Namespace: 'fuzz',
  MetricData: [{ MetricName: 'm', Value: 1.5, Timestamp: tag({ tag: 1, value: 1392552796.25 }) }],
})

/** One thing at least of every service. What they make is called `fuzz`. */
export const plain: readonly Plain[] = [
  ...ofCompute.map(text => form('/services/compute', 'ec2', text)),
  form(
    '/services/Eucalyptus',
    'ec2',
    'Action=CreateSecurityGroup&GroupName=fuzz&GroupDescription=d&Version=2010-08-31',
  ),
  form('/', 'ec2', 'Action=CreateKeyPair&KeyName=fuzz&DryRun=true&Version=2016-11-15'),
  form('/services/Euare', 'iam', 'Action=CreateUser&UserName=fuzz&Path=%2Fa%2F&Version=2010-05-08'),
  form(
    '/services/Euare',
    'iam',
    `Action=PutUserPolicy&UserName=admin&PolicyName=fuzz&PolicyDocument=${encode('{"Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringLike":{"aws:username":"${aws:username}"}}}}')}`,
  ),
  form('/services/Euare', 'iam', 'Action=ListUsers&MaxItems=10&DelegateAccount=eucalyptus'),
  form('/services/Tokens', 'sts', 'Action=GetSessionToken&DurationSeconds=3600&Version=2011-06-15'),
  form(
    '/services/Tokens',
    'sts',
    'Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fr&RoleSessionName=s&Version=2011-06-15',
  ),
  scaling(
    'Action=CreateLaunchConfiguration&LaunchConfigurationName=fuzz&ImageId=emi-00000001&InstanceType=m1.small&SecurityGroups.member.1=default&BlockDeviceMappings.member.1.DeviceName=sdb&BlockDeviceMappings.member.1.Ebs.VolumeSize=1&Version=2011-01-01',
  ),
  scaling(
    'Action=CreateAutoScalingGroup&AutoScalingGroupName=fuzz&LaunchConfigurationName=fuzz&MinSize=0&MaxSize=1&AvailabilityZones.member.1=PARTI00&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.1.PropagateAtLaunch=true',
  ),
  scaling(
    'Action=PutScalingPolicy&AutoScalingGroupName=fuzz&PolicyName=fuzz&PolicyType=StepScaling&AdjustmentType=ChangeInCapacity&StepAdjustments.member.1.MetricIntervalLowerBound=0&StepAdjustments.member.1.ScalingAdjustment=1',
  ),
  form(
    '/',
    'autoscaling',
    `Action=PutScheduledUpdateGroupAction&AutoScalingGroupName=fuzz&ScheduledActionName=fuzz&Recurrence=${encode('30 0 1 1,6,12 *')}&MinSize=1&StartTime=2014-02-17T00%3A00%3A00Z&Version=2011-01-01`,
  ),
  scaling('Action=DescribeAutoScalingGroups&MaxRecords=10'),
  stacks(
    `Action=CreateStack&StackName=fuzz&Parameters.member.1.ParameterKey=P&Parameters.member.1.ParameterValue=v&Tags.member.1.Key=a&Tags.member.1.Value=b&TimeoutInMinutes=5&TemplateBody=${encode('{"Parameters":{"P":{"Type":"String"}},"Resources":{"A":{"Type":"AWS::EC2::SecurityGroup","Properties":{"GroupDescription":{"Ref":"P"}}}}}')}&Version=2010-05-15`,
  ),
  stacks(
    `Action=UpdateStack&StackName=fuzz&UsePreviousTemplate=true&StackPolicyBody=${encode('{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}')}&Parameters.member.1.ParameterKey=P&Parameters.member.1.UsePreviousValue=true`,
  ),
  stacks(
    'Action=SignalResource&StackName=fuzz&LogicalResourceId=A&UniqueId=u&Status=SUCCESS&Version=2010-05-15',
  ),
  form('/', 'cloudformation', 'Action=DescribeStacks&StackName=fuzz&Version=2010-05-15'),
  metrics(
    'Action=PutMetricData&Namespace=Fuzz&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1.5&MetricData.member.1.Unit=Count&MetricData.member.1.Dimensions.member.1.Name=a&MetricData.member.1.Dimensions.member.1.Value=b&Version=2010-08-01',
  ),
  metrics(
    `Action=PutMetricAlarm&AlarmName=fuzz&Namespace=Fuzz&MetricName=m&Statistic=Average&Period=60&EvaluationPeriods=2&Threshold=1&ComparisonOperator=GreaterThanThreshold&AlarmActions.member.1=${encode('arn:aws:autoscaling::000000000000:scalingPolicy:x:autoScalingGroupName/fuzz:policyName/fuzz')}`,
  ),
  metrics(
    `Action=SetAlarmState&AlarmName=fuzz&StateValue=ALARM&StateReason=r&StateReasonData=${encode('{"a":[1]}')}`,
  ),
  form('/', 'monitoring', 'Action=DescribeAlarmHistory&AlarmName=fuzz&MaxRecords=1&Version=2010-08-01'),
  metrics(
    'Action=GetMetricStatistics&Namespace=Fuzz&MetricName=m&StartTime=2014-02-16T00%3A00%3A00Z&EndTime=2014-02-16T13%3A00%3A00Z&Period=60&Statistics.member.1=Average',
  ),
  balancing(
    'Action=CreateLoadBalancer&LoadBalancerName=fuzz&AvailabilityZones.member.1=PARTI00&Listeners.member.1.Protocol=HTTP&Listeners.member.1.LoadBalancerPort=80&Listeners.member.1.InstancePort=8888&Tags.member.1.Key=a&Tags.member.1.Value=b&Version=2012-06-01',
  ),
  balancing(
    'Action=ModifyLoadBalancerAttributes&LoadBalancerName=fuzz&LoadBalancerAttributes.ConnectionDraining.Enabled=true&LoadBalancerAttributes.ConnectionSettings.IdleTimeout=30&LoadBalancerAttributes.AccessLog.Enabled=false&LoadBalancerAttributes.AccessLog.S3BucketPrefix=p',
  ),
  balancing(
    'Action=CreateLoadBalancerPolicy&LoadBalancerName=fuzz&PolicyName=fuzz&PolicyTypeName=AppCookieStickinessPolicyType&PolicyAttributes.member.1.AttributeName=CookieName&PolicyAttributes.member.1.AttributeValue=fuzz',
  ),
  balancing(
    'Action=ConfigureHealthCheck&LoadBalancerName=fuzz&HealthCheck.Target=HTTP%3A8888%2F&HealthCheck.Interval=30&HealthCheck.Timeout=5&HealthCheck.UnhealthyThreshold=5&HealthCheck.HealthyThreshold=3',
  ),
  balancing(
    'Action=RegisterInstancesWithLoadBalancer&LoadBalancerName=fuzz&Instances.member.1.InstanceId=i-00000001',
  ),
  form('/', 'elasticloadbalancing', 'Action=DescribeLoadBalancers&PageSize=10&Version=2012-06-01'),
  form('/services/Empyrean', 'bootstrap', 'Action=DescribeServices&Version=eucalyptus'),
  rest('s3', 'GET', s3),
  rest('s3', 'PUT', `${s3}/fuzz`),
  rest('s3', 'PUT', `${s3}/fuzz/key`, '', 'some bytes', {
    'content-type': 'text/plain',
    'x-amz-meta-a': 'b',
  }),
  rest('s3', 'GET', `${s3}/fuzz/key`, 'response-content-type=text%2Fplain', undefined, {
    range: 'bytes=0-3',
  }),
  rest('s3', 'GET', '/fuzz', 'list-type=2&prefix=k&max-keys=10'),
  rest('s3', 'POST', `${s3}/fuzz`, 'delete', '<Delete><Object><Key>key</Key></Object></Delete>', {
    'content-md5': 'Vst2jkhs7PVvPZWnRPD8bA==',
  }),
  rest(
    's3',
    'PUT',
    `${s3}/fuzz`,
    'cors',
    '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
  ),
  rest(
    's3',
    'PUT',
    `${s3}/fuzz`,
    'policy',
    '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::fuzz/*"}]}',
  ),
  rest('s3', 'POST', `${s3}/fuzz/key`, 'uploads'),
  rest(
    's3',
    'PUT',
    `${s3}/fuzz`,
    'object-lock',
    '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
  ),
  rest(
    's3',
    'PUT',
    `${s3}/fuzz/key`,
    'retention',
    '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>',
  ),
  rest('ebs', 'GET', '/services/ebs/snapshots/snap-00000001/blocks', 'maxResults=100'),
  rest(
    'ebs',
    'POST',
    '/services/ebs/snapshots',
    '',
    '{"VolumeSize":1,"ClientToken":"fuzz","Description":"d"}',
    { 'content-type': 'application/json' },
  ),
  scaling(
    'Action=CreateLaunchConfiguration&LaunchConfigurationName=fuzz&ImageId=emi-00000001&InstanceType=m1.small&Version=2011-01-01',
  ),
  scaling('Action=DescribeAutoScalingGroups&MaxRecords=10'),
  metrics(
    'Action=PutMetricData&Namespace=fuzz&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1&Version=2010-08-01',
  ),
  rest(
    'monitoring',
    'POST',
    '/services/CloudWatch',
    '',
    '{"Namespace":"fuzz","MetricData":[{"MetricName":"m","Values":[1,2],"Counts":[3,4],"Timestamp":1392552796.25}]}',
    { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${granite}.PutMetricData` },
  ),
  rest('monitoring', 'POST', '/', '', '{"Namespace":"fuzz","Dimensions":[{"Name":"d"}]}', {
    ...{ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${granite}.ListMetrics` },
    'x-amzn-query-mode': 'true',
  }),
  rest(
    'monitoring',
    'POST',
    `/services/CloudWatch/service/${granite}/operation/PutMetricData`,
    '',
    cborDocument,
    { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  ),
  rest('s3', 'GET', '/latest/meta-data/instance-id'),
  rest('s3', 'PUT', '/latest/api/token', '', undefined, { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }),
]

/** Signed by version 2 where its service knows that, and by chance; else by version 4. */
export const sign = ({ service, request }: Plain, key: Key, now: number, chance: Chance): HttpRequest => {
  const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
  if (!isForm || chance(2) === 0) return signedByVersion4(request, key, service, now)
  const parameters = Object.fromEntries(
    bytesOf(request)
      .toString()
      .split('&')
      .map(pair => pair.split('=').map(decoded)),
  )
  return signedByVersion2({
    key,
    path: request.path,
    host,
    method: pick(chance, ['GET', 'POST']),
    algorithm: pick(chance, ['HmacSHA1', 'HmacSHA256']),
    parameters: { ...parameters, Timestamp: new Date(now).toISOString() },
  })
}

/** As it goes over a connection. */
export const asBytes = ({ method, path, query, headers, body }: HttpRequest): Buffer => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  const more = { connection: 'close', 'content-length': String(bytes.length) }
  const lines = Object.entries({ ...headers, ...more })
  const target = query === '' ? path : `${path}?${query}`
  const head = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', '']
  return Buffer.concat([Buffer.from(head.join('\r\n')), bytes])
}
