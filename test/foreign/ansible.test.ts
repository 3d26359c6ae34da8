// SPDX-License-Identifier: BSD-2-Clause
// Ansible as a client of Auto Scaling, CloudWatch, load balancers and stacks: it makes what is not there, and finds that what is there is as it
// should be.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, need, run, succeeded } from '../support/programs'
import { ext4Disk, registerTiny } from '../support/tiny-image'
import { until } from '../support/until'
import { type MovingCloud, movingCloud } from './moving-cloud'

const group = {
  ...{ name: 'web', launch_config_name: 'config', min_size: 1, max_size: 3, desired_capacity: 2 },
  ...{ availability_zones: ['PARTI00'], wait_for_instances: false, metrics_collection: true },
  tags: [{ kind: 'web', propagate_at_launch: true }],
}

const policy = {
  ...{ name: 'out', asg_name: 'web', state: 'present', adjustment_type: 'ChangeInCapacity' },
  ...{ scaling_adjustment: 1, min_adjustment_step: 1, cooldown: 60 },
}

const alarm = {
  ...{ name: 'busy', namespace: 'Shop', metric: 'Load', statistic: 'Average', unit: 'Count' },
  ...{
    comparison: 'GreaterThanThreshold',
    threshold: 5,
    period: 60,
    evaluation_periods: 1,
    description: 'Busy',
  },
  ...{ dimensions: { Host: 'a' }, alarm_actions: ['{{ policy.arn }}'], treat_missing_data: 'missing' },
}

const scaling = (name: string, options: object, more: object = {}) => ({
  [`community.aws.autoscaling_${name}`]: options,
  ...more,
})
const groups = (options: object) => ({ 'amazon.aws.autoscaling_group': options })
const alarms = (options: object) => ({ 'amazon.aws.cloudwatch_metric_alarm': options })

const tasks = (image: string) => [
  scaling('launch_config', { name: 'config', image_id: image, instance_type: 'm1.small' }),
  groups(group),
  groups(group),
  { 'amazon.aws.autoscaling_group_info': { name: 'web' } },
  scaling('policy', policy, { register: 'policy' }),
  scaling('policy', policy),
  alarms(alarm),
  alarms(alarm),
  alarms({ name: 'busy', state: 'absent' }),
  groups({ name: 'web', state: 'absent', wait_for_instances: false }),
  scaling('launch_config', { name: 'config', state: 'absent' }),
]

const balancer = {
  ...{ name: 'web', zones: ['PARTI00', 'PARTI01'], cross_az_load_balancing: true, idle_timeout: 30 },
  listeners: [{ protocol: 'http', load_balancer_port: 80, instance_port: 8888 }],
  health_check: {
    ...{ ping_protocol: 'http', ping_port: 8888, ping_path: '/', response_timeout: 5, interval: 30 },
    ...{ unhealthy_threshold: 2, healthy_threshold: 3 },
  },
  ...{ connection_draining_timeout: 60, tags: { team: 'red' }, state: 'present' },
  stickiness: { type: 'loadbalancer', enabled: true, expiration: 300 },
}
const balancers = (options: object) => ({ 'amazon.aws.elb_classic_lb': options })

const stack = (text: string) => ({
  ...{ stack_name: 'web', state: 'present', template_parameters: { Text: text }, tags: { team: 'red' } },
  template_body: JSON.stringify({
    Parameters: { Text: { Type: 'String' } },
    Resources: {
      Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: { Ref: 'Text' } } },
    },
    Outputs: { Name: { Value: { Ref: 'Group' } } },
  }),
})
const stacks = (options: object) => ({ 'amazon.aws.cloudformation': options })

describe('groups, alarms, balancers and stacks by Ansible', () => {
  let cloud: MovingCloud

  before(function () {
    need(this, 'ansible-playbook', 'python3:boto3')
  })
  beforeEach(async () => {
    cloud = await movingCloud()
  })
  afterEach(() => cloud?.close())

  /** What became of each task. Time passes as fast as it can. */
  const played = async (tasks: readonly object[]): Promise<Json> => {
    const where = { endpoint_url: cloud.endpoint, region: 'eucalyptus' }
    const play = {
      ...{ hosts: 'localhost', connection: 'local', gather_facts: false },
      module_defaults: {
        'group/aws': where,
        'group/amazon.aws.aws': where,
        'group/community.aws.aws': where,
      },
      tasks,
    }
    const file = join(cloud.work, 'play.json')
    writeFileSync(file, JSON.stringify([play]))
    // Modules sleep for seconds between looks.
    writeFileSync(
      join(cloud.work, 'sitecustomize.py'),
      'import time\nsleep = time.sleep\ntime.sleep = lambda seconds: sleep(min(seconds, 0.05))\n',
    )
    const env = {
      ...{ ...cloud.env, ANSIBLE_STDOUT_CALLBACK: 'json', ANSIBLE_LOCALHOST_WARNING: 'false' },
      PYTHONPATH: cloud.work,
    }
    const python = 'ansible_python_interpreter={{ ansible_playbook_python }}'
    let isOver = false
    const playing = run('ansible-playbook', ['-i', 'localhost,', '-e', python, file], {
      env,
      cwd: cloud.work,
    }).finally(() => {
      isOver = true
    })
    await until(async () => {
      await cloud.pass(1)
      return isOver
    })
    const { plays } = JSON.parse(succeeded(await playing, 'a playbook').stdout) as Json
    return plays[0].tasks.map(({ hosts }: Json) => hosts.localhost)
  }

  it('groups and alarms are made once, and taken away', async () => {
    const image = await registerTiny(cloud.inside, { disk: ext4Disk('tiny') }, { VirtualizationType: 'hvm' })
    const results = await played(tasks(image))
    assert.deepEqual(
      results.map(({ changed }: Json) => changed),
      [true, true, false, false, true, false, true, false, true, true, true],
    )
    const [found] = results[3].results
    assert.deepEqual([found.instances.length, found.tags[0].value], [2, 'web'])
    assert.equal(
      cloud.inside.engine.read(tx => tx.scalingInstances.list().length),
      0,
    )
  })

  it('balancers and stacks are made once, and taken away', async () => {
    const results = await played([
      balancers(balancer),
      balancers(balancer),
      balancers({ name: 'web', state: 'absent', wait: true }),
      stacks(stack('one')),
      stacks(stack('two')),
      stacks(stack('two')),
      stacks({ stack_name: 'web', state: 'absent' }),
      stacks({ stack_name: 'web', state: 'absent' }),
    ])
    assert.deepEqual(
      results.map(({ changed }: Json) => changed),
      [true, false, true, true, true, false, true, false],
    )
    assert.equal(results[1].load_balancer.load_balancer_attributes.connection_settings.idle_timeout, 30)
    assert.match(results[5].stack_outputs.Name, /^web-Group-/)
    assert.notEqual(results[5].stack_outputs.Name, results[3].stack_outputs.Name)
  })
})
