// SPDX-License-Identifier: BSD-2-Clause
// Giving the imaging service its workers: what Eucalyptus 4.0 makes with the first import, in the account of the cloud's
// administrators, under its names (engine-autoscaling §5). Whatever of it is there already stays as it is: the administrator
// may have changed it. A group of size 0 counts as well, and its tasks wait.
//
// It is made in one transaction, by the operations that anybody would make it by. When one of them is refused there is
// nothing of it, and it is tried again after a while.
import { createAutoScalingGroup } from '../autoscaling/group-operations'
import { createLaunchConfiguration } from '../autoscaling/launch-configuration-operations'
import { capacity, defaultInstanceType, instanceTypeNamed } from '../ec2/capacity'
import { isStandard } from '../ec2/image-access'
import { runnable } from '../ec2/instance-launch'
import { groupsOf } from '../ec2/security-group-records'
import { createSecurityGroup } from '../ec2/security-groups'
import { zoneNamed, zoneNames } from '../ec2/zones'
import { Refusal, refuse } from '../errors'
import { cloudAccount } from '../iam/accounts'
import { administratorName, userCaller } from '../iam/callers'
import { putRolePolicy } from '../iam/inline-policies'
import { addRoleToInstanceProfile, createInstanceProfile } from '../iam/instance-profiles'
import { createRole } from '../iam/roles'
import { wordIn } from '../node/conf'
import type { JobContext, Tx } from '../operation'
import { putTags } from '../tags'
import { workerImage } from './worker-image'
import { callWorkers, hasWorkerGroup, workerNames, workerTag } from './workers'

/** How long until the group is tried again after something was missing. */
const retrySeconds = 60

/** What the operator may choose in `eucalyptus.conf`: Eucalyptus' properties `imaging.imaging_worker_…`. */
interface Wishes {
  readonly image: string | undefined
  readonly instanceType: string
  readonly keyName: string | undefined
  readonly zones: readonly string[]
}

const wishesIn = (home: string): Wishes => ({
  image: wordIn(home, 'IMAGING_WORKER_EMI'),
  instanceType: wordIn(home, 'IMAGING_WORKER_INSTANCE_TYPE') ?? defaultInstanceType,
  keyName: wordIn(home, 'IMAGING_WORKER_KEYNAME'),
  zones: wordIn(home, 'IMAGING_WORKER_AVAILABILITY_ZONES')?.split(',').filter(Boolean) ?? zoneNames,
})

const path = '/internal/imaging/'

const allowing = (...actions: readonly string[]): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })

const trust = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
})

/** What each of the role's policies is for: the protocol of workers, volumes, and objects. */
const policies: Readonly<Record<string, string>> = {
  [workerNames.servicePolicy]: allowing(
    'eucaimaging:GetInstanceImportTask',
    'eucaimaging:PutInstanceImportTaskStatus',
  ),
  [workerNames.volumePolicy]: allowing('ec2:AttachVolume', 'ec2:DetachVolume', 'ec2:DescribeVolumes'),
  [workerNames.storagePolicy]: allowing('s3:*'),
}

/** As Eucalyptus' workers are told of their cloud: a mark that credentials are to be set up, and addresses. */
const userData = (): string => {
  const mark = `euca-${Buffer.from('setup-credential').toString('base64')}`
  const hosts = { imaging_service_url: 'imaging', euare_service_url: 'euare', compute_service_url: 'compute' }
  const pairs = Object.entries(hosts).map(([name, host]) => `${name}=${host}.eucalyptus.localhost;`)
  return Buffer.from(`${mark}\n${pairs.join('')}`).toString('base64')
}

/** Refuse what could not run: who reads the log sees what is missing. */
const checkWishes = (tx: Tx, { image, instanceType, keyName, zones }: Wishes): void => {
  if (image) runnable(tx, image, 'machine')
  if (keyName) tx.keyPairs.must(keyName)
  const type = instanceTypeNamed(tx, instanceType)
  if (!zones.some(zone => capacity(tx, zoneNamed(zone), type).available > 0)) {
    refuse('InsufficientInstanceCapacity', 'No zone has room for an imaging worker', 503)
  }
}

/** The id of the security group. */
const haveSecurityGroup = (tx: Tx): string => {
  const known = groupsOf(tx).find(({ name }) => name === workerNames.securityGroup)
  if (known) return known.id
  const { GroupId = '' } = createSecurityGroup(tx, {
    GroupName: workerNames.securityGroup,
    Description: 'group for imaging service workers',
  })
  return GroupId
}

const haveRole = (tx: Tx): void => {
  const RoleName = workerNames.role
  if (!tx.roles.get(RoleName)) {
    createRole(tx, { RoleName, Path: path, AssumeRolePolicyDocument: trust })
    for (const [PolicyName, PolicyDocument] of Object.entries(policies)) {
      putRolePolicy(tx, { RoleName, PolicyName, PolicyDocument })
    }
  }
  const InstanceProfileName = workerNames.role
  if (!tx.instanceProfiles.get(InstanceProfileName)) {
    createInstanceProfile(tx, { InstanceProfileName, Path: path })
    addRoleToInstanceProfile(tx, { InstanceProfileName, RoleName })
  }
}

const haveConfiguration = (tx: Tx, wishes: Wishes): void => {
  const known = tx.launchConfigurations.get(workerNames.configuration)
  const image = known && tx.images.get(known.imageId)
  if (image && isStandard(image)) return
  // One whose image is gone can launch nothing, and cannot be changed.
  if (known) tx.launchConfigurations.delete(known.name)
  createLaunchConfiguration(tx, {
    LaunchConfigurationName: workerNames.configuration,
    ImageId: wishes.image ?? workerImage(tx).id,
    InstanceType: wishes.instanceType,
    KeyName: wishes.keyName,
    IamInstanceProfile: workerNames.role,
    SecurityGroups: [workerNames.securityGroup],
    UserData: userData(),
    // Whoever opens the folder after a while would make up for what was not measured, for nobody.
    InstanceMonitoring: { Enabled: false },
  })
}

const haveGroup = (tx: Tx, { zones }: Wishes): void => {
  if (tx.scalingGroups.get(workerNames.group)) return
  const size = zones.length
  createAutoScalingGroup(tx, {
    AutoScalingGroupName: workerNames.group,
    LaunchConfigurationName: workerNames.configuration,
    MinSize: size,
    MaxSize: size,
    DesiredCapacity: size,
    AvailabilityZones: zones.map(zoneNamed),
    HealthCheckType: 'EC2',
    Tags: [
      {
        ResourceId: workerNames.group,
        ResourceType: 'auto-scaling-group',
        Key: workerTag.key,
        Value: workerTag.value,
        PropagateAtLaunch: true,
      },
    ],
  })
}

const makeAll = (tx: Tx, wishes: Wishes): void => {
  checkWishes(tx, wishes)
  const securityGroup = haveSecurityGroup(tx)
  haveRole(tx)
  haveConfiguration(tx, wishes)
  haveGroup(tx, wishes)
  // Last, as it says that all the rest is there.
  putTags(tx, securityGroup, [workerTag])
}

/** Job: give the imaging service its workers, unless it has them. */
export const enableImaging = async (context: JobContext): Promise<void> => {
  try {
    context.transact(tx => {
      if (hasWorkerGroup(tx)) return
      makeAll(tx.as(userCaller(tx, cloudAccount(tx).id, administratorName)), wishesIn(context.home))
      tx.event('Imaging', 'INFO', `Made ${workerNames.group} for the imaging service`)
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    context.transact(tx => {
      tx.event('Imaging', 'WARN', `The imaging service has no workers: ${error.message}`)
      tx.after(retrySeconds, 'imaging.enabling-retried', workerNames.group)
    })
  }
  context.transact(callWorkers)
}
