// SPDX-License-Identifier: BSD-2-Clause
// Groups by clients that know nothing of our tools: the imaging worker is ended and brought back, and an alarm scales a
// group up and down.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Upload } from '../engine/ec2/uploads'
import { allFail, type Json, need, type Program, program, python } from '../support/programs'
import { ext4Disk, registerTiny } from '../support/tiny-image'
import { type MovingCloud, movingCloud } from './moving-cloud'

const worker = 'asg-euca-internal-imaging-worker-01'

const preamble = `
import json, os, sys
import boto3
from botocore.exceptions import ClientError

def client(name):
    return boto3.client(name, endpoint_url=os.environ['CLOUD'])

def answer(**values):
    print(json.dumps(values, default=str))

def refused(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return [error.response['Error']['Code'], error.response['Error']['Message']]
    return 'not refused'

ec2, scaling, watch = client('ec2'), client('autoscaling'), client('cloudwatch')
`

describe('groups by others’ programs', () => {
  let cloud: MovingCloud
  let aws: Program

  before(function () {
    need(this, 'python3:boto3', 'aws')
  })
  beforeEach(async () => {
    cloud = await movingCloud()
    aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', cloud.endpoint] })
  })
  afterEach(() => cloud?.close())

  const boto3 = (script: string, ...args: string[]): Promise<Json> =>
    python('boto3', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD: cloud.endpoint },
      cwd: cloud.work,
      args,
    })

  /** The AWS CLI has hidden import-volume. */
  const importVolume = async (url: string): Promise<string> => {
    const { task } = await boto3(
      `
image = {'Format': 'RAW', 'Bytes': 100000, 'ImportManifestUrl': sys.argv[1]}
task = ec2.import_volume(AvailabilityZone='PARTI00', Image=image, Volume={'Size': 1})['ConversionTask']
answer(task=task['ConversionTaskId'])
`,
      url,
    )
    return task
  }

  /** An upload whose addresses are those that the programs know the cloud by. */
  const uploaded = async (): Promise<string> => {
    const here = (url: string): string => url.replace(/^http:\/\/[^/]+/, cloud.endpoint)
    const upload = new Upload(cloud.inside, randomBytes(100_000), {
      change: manifest => ({
        ...manifest,
        selfDestructUrl: here(manifest.selfDestructUrl),
        parts: manifest.parts.map(part => ({
          ...part,
          ...{ headUrl: here(part.headUrl), getUrl: here(part.getUrl), deleteUrl: here(part.deleteUrl) },
        })),
      }),
    })
    return here((await upload.all()).url)
  }

  it('the AWS CLI ends the imaging worker, while an import waits, and brings it back', async () => {
    const url = await uploaded()
    const state = async (task: string) => {
      const { ConversionTasks } = await aws.json`ec2 describe-conversion-tasks --conversion-task-ids ${task}`
      return [ConversionTasks[0].State, ConversionTasks[0].StatusMessage]
    }
    const instances = async () => {
      const { AutoScalingGroups } =
        await aws.json`autoscaling describe-auto-scaling-groups --auto-scaling-group-names ${worker}`
      return AutoScalingGroups[0].Instances
    }
    const resize = (size: number) =>
      aws`autoscaling update-auto-scaling-group --auto-scaling-group-name ${worker} --max-size ${size} --min-size ${size} --desired-capacity ${size}`
    const first = await importVolume(url)
    await cloud.pass(60)
    assert.deepEqual(await state(first), ['completed', 'Import task finished successfully'])
    await resize(0)
    await cloud.pass(30)
    assert.deepEqual(await instances(), [])
    const second = await importVolume(url)
    await cloud.pass(300)
    assert.deepEqual(await state(second), ['active', 'Pending conversion'])
    await resize(1)
    await cloud.pass(60)
    assert.deepEqual(await state(second), ['completed', 'Import task finished successfully'])
    const [instance, ...more] = await instances()
    assert.deepEqual([instance.LifecycleState, instance.HealthStatus, more], ['InService', 'Healthy', []])
  })

  it('boto3 does the same', async () => {
    const url = await uploaded()
    const told = (task: string, ...sizes: string[]) =>
      boto3(
        `
task, *sizes = sys.argv[1:]
for size in map(int, sizes):
    scaling.update_auto_scaling_group(AutoScalingGroupName='${worker}', MinSize=size, MaxSize=size, DesiredCapacity=size)
group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=['${worker}'])['AutoScalingGroups'][0]
done = ec2.describe_conversion_tasks(ConversionTaskIds=[task])['ConversionTasks'][0]
answer(state=done['State'], desired=group['DesiredCapacity'], instances=[i['LifecycleState'] for i in group['Instances']])
`,
        task,
        ...sizes,
      )
    const first = await importVolume(url)
    await cloud.pass(60)
    assert.equal((await told(first, '0')).state, 'completed')
    await cloud.pass(30)
    const second = await importVolume(url)
    await cloud.pass(300)
    assert.deepEqual(await told(second), { state: 'active', desired: 0, instances: [] })
    await told(second, '1')
    await cloud.pass(60)
    assert.deepEqual(await told(second), { state: 'completed', desired: 1, instances: ['InService'] })
  })

  const image = () => registerTiny(cloud.inside, { disk: ext4Disk('scaled') }, { VirtualizationType: 'hvm' })

  it('the AWS CLI has an alarm scale a group up and down', async () => {
    const as = (...words: string[]) => aws`autoscaling ${words}`
    const ofGroup = ['--auto-scaling-group-name', 'web']
    await as(
      ...['create-launch-configuration', '--launch-configuration-name', 'lc', '--image-id', await image()],
      ...['--instance-type', 'm1.small'],
    )
    await as(
      ...['create-auto-scaling-group', ...ofGroup, '--launch-configuration-name', 'lc', '--min-size', '1'],
      ...['--max-size', '3', '--availability-zones', 'PARTI00', '--default-cooldown', '60'],
      ...['--tags', 'Key=team,Value=red,PropagateAtLaunch=true'],
    )
    const policy = async (name: string, adjustment: number) =>
      (
        await aws.json`autoscaling put-scaling-policy ${ofGroup} --policy-name ${name} --adjustment-type ChangeInCapacity --scaling-adjustment=${adjustment}`
      ).PolicyARN
    const [more, fewer] = [await policy('more', 1), await policy('fewer', -1)]
    const group = async () => {
      const { AutoScalingGroups } =
        await aws.json`autoscaling describe-auto-scaling-groups --auto-scaling-group-names web`
      const [{ DesiredCapacity, Instances }] = AutoScalingGroups
      return [DesiredCapacity, Instances.filter((one: Json) => one.LifecycleState === 'InService').length]
    }
    await aws`cloudwatch put-metric-alarm --alarm-name crowd --namespace Shop --metric-name Queue --statistic Maximum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --alarm-actions ${more} --ok-actions ${fewer}`
    await cloud.pass(90)
    assert.deepEqual(await group(), [1, 1])
    await aws`cloudwatch put-metric-data --namespace Shop --metric-name Queue --value 12`
    await cloud.pass(120)
    assert.deepEqual(await group(), [2, 2])
    const { ScalingPolicies } = await aws.json`autoscaling describe-policies ${ofGroup} --policy-names more`
    assert.deepEqual(ScalingPolicies[0].Alarms, [
      { AlarmName: 'crowd', AlarmARN: `arn:aws:cloudwatch::${cloud.inside.accountId}:alarm:crowd` },
    ])
    await aws`cloudwatch put-metric-data --namespace Shop --metric-name Queue --value 2`
    await cloud.pass(120)
    assert.deepEqual(await group(), [1, 1])
    const { Activities } = await aws.json`autoscaling describe-scaling-activities ${ofGroup}`
    assert.ok(Activities.every((one: Json) => one.StatusCode === 'Successful'))
    assert.deepEqual(
      Activities.map((one: Json) => /^(Launching|Terminating)/.exec(one.Description)?.[0]),
      ['Terminating', 'Launching', 'Launching'],
    )
    assert.match(Activities[1].Cause, /policy more changing the desired capacity from 1 to 2/)
    await allFail([
      [/\(ValidationError\)/, aws.fails`autoscaling set-desired-capacity ${ofGroup} --desired-capacity 4`],
      [/\(ResourceInUse\)/, aws.fails`autoscaling delete-auto-scaling-group ${ofGroup}`],
      [
        /\(AlreadyExists\)/,
        aws.fails`autoscaling create-auto-scaling-group ${ofGroup} --launch-configuration-name lc --min-size 1 --max-size 1 --availability-zones PARTI00`,
      ],
    ])
    await aws`autoscaling delete-auto-scaling-group ${ofGroup} --force-delete`
    await cloud.pass(60)
    const { AutoScalingGroups } = await aws.json`autoscaling describe-auto-scaling-groups`
    assert.deepEqual(AutoScalingGroups, [])
  })

  it('boto3 has an alarm scale a group up and down, by steps', async () => {
    const made = await boto3(
      `
scaling.create_launch_configuration(LaunchConfigurationName='lc', ImageId=sys.argv[1], InstanceType='m1.small')
scaling.create_auto_scaling_group(AutoScalingGroupName='web', LaunchConfigurationName='lc', MinSize=1, MaxSize=4,
    AvailabilityZones=['PARTI00'], HealthCheckGracePeriod=30)
up = scaling.put_scaling_policy(AutoScalingGroupName='web', PolicyName='up', PolicyType='StepScaling',
    AdjustmentType='ChangeInCapacity', StepAdjustments=[
        {'MetricIntervalLowerBound': 0, 'MetricIntervalUpperBound': 20, 'ScalingAdjustment': 1},
        {'MetricIntervalLowerBound': 20, 'ScalingAdjustment': 2}])['PolicyARN']
down = scaling.put_scaling_policy(AutoScalingGroupName='web', PolicyName='down', AdjustmentType='ExactCapacity',
    ScalingAdjustment=1, Cooldown=0)['PolicyARN']
metric = boto3.resource('cloudwatch', endpoint_url=os.environ['CLOUD']).Metric('Shop', 'Queue')
alarm = metric.put_alarm(AlarmName='crowd', Statistic='Average', Period=60, EvaluationPeriods=1, Threshold=10,
    ComparisonOperator='GreaterThanOrEqualToThreshold', AlarmActions=[up], OKActions=[down])
answer(state=alarm.state_value, bad=refused(watch.put_metric_alarm, AlarmName='bad', Namespace='Shop',
    MetricName='Queue', Statistic='Average', Period=60, EvaluationPeriods=1, Threshold=10,
    ComparisonOperator='GreaterThanThreshold', AlarmActions=['arn:aws:sns:us-east-1:1:topic']))
`,
      await image(),
    )
    assert.equal(made.state, 'INSUFFICIENT_DATA')
    assert.deepEqual(made.bad[0], 'InvalidParameterValue')
    const next = (value: string) =>
      boto3(
        `
group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=['web'])['AutoScalingGroups'][0]
watch.put_metric_data(Namespace='Shop', MetricData=[{'MetricName': 'Queue', 'Value': float(sys.argv[1])}])
alarm = boto3.resource('cloudwatch', endpoint_url=os.environ['CLOUD']).Alarm('crowd')
answer(desired=group['DesiredCapacity'], state=alarm.state_value, reason=alarm.state_reason,
       history=[item['HistorySummary'] for item in watch.describe_alarm_history(AlarmName='crowd')['AlarmHistoryItems']])
`,
        value,
      )
    await cloud.pass(60)
    await next('35')
    await cloud.pass(60)
    const { history, ...high } = await next('1')
    assert.deepEqual(high, {
      desired: 3,
      state: 'ALARM',
      reason: 'Threshold Crossed: 1 datapoint (35.0) was greater than or equal to the threshold (10.0).',
    })
    assert.match(history[0], /^ Successfully executed action arn:aws:autoscaling::\d{12}:scalingPolicy:/)
    assert.deepEqual(history.slice(1), [
      ' Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm "crowd" created',
    ])
    await cloud.pass(120)
    const low = await next('1')
    assert.deepEqual([low.desired, low.state], [1, 'OK'])
  })
})
