// SPDX-License-Identifier: BSD-2-Clause
// Ansible as a client of Auto Scaling and CloudWatch: it makes what is not there, and finds that what is there is as it
// should be.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, need, run, succeeded } from '../support/programs'
import { ext4Disk, registerTiny } from '../support/tiny-image'
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

describe('groups and alarms by Ansible', () => {
  let cloud: MovingCloud

  before(function () {
    need(this, 'ansible-playbook', 'python3:boto3')
  })
  beforeEach(async () => {
    cloud = await movingCloud()
  })
  afterEach(() => cloud?.close())

  it('are made once, and taken away', async () => {
    const image = await registerTiny(cloud.inside, { disk: ext4Disk('tiny') }, { VirtualizationType: 'hvm' })
    const where = { endpoint_url: cloud.endpoint, region: 'eucalyptus' }
    const play = {
      ...{ hosts: 'localhost', connection: 'local', gather_facts: false },
      module_defaults: {
        'group/aws': where,
        'group/amazon.aws.aws': where,
        'group/community.aws.aws': where,
      },
      tasks: tasks(image),
    }
    const file = join(cloud.work, 'play.json')
    writeFileSync(file, JSON.stringify([play]))
    const env = { ...cloud.env, ANSIBLE_STDOUT_CALLBACK: 'json', ANSIBLE_LOCALHOST_WARNING: 'false' }
    const python = 'ansible_python_interpreter={{ ansible_playbook_python }}'
    const outcome = await run('ansible-playbook', ['-i', 'localhost,', '-e', python, file], {
      env,
      cwd: cloud.work,
    })
    const { plays } = JSON.parse(succeeded(outcome, 'a playbook').stdout) as Json
    const results = plays[0].tasks.map(({ hosts }: Json) => hosts.localhost)
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
})
