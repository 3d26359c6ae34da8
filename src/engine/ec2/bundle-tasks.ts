// SPDX-License-Identifier: BSD-2-Clause
// BundleInstance and its tasks (engine-images §11). The work itself is the job in node/bundling.ts.
import type {
  BundleInstanceResult,
  BundleTaskState,
  BundleTask as BundleTaskView,
  CancelBundleTaskRequest,
  CancelBundleTaskResult,
  DescribeBundleTasksRequest,
  DescribeBundleTasksResult,
} from '@aws-sdk/client-ec2'
import { manifestName, partName } from '../../format/bundle/manifest'
import type { BundleInstanceInput } from '../../schemas/extended-operations'
import { refuse } from '../errors'
import { type FilterTable, matchFilters } from '../filters'
import type { Operation, Tx } from '../operation'
import { askedFor } from '../verbose'
import { seenBy } from './access/lists'
import { instanceById } from './access/resources'
import { bundleTaskLife, cancelTask, isOver } from './bundle-tasks-life'
import { judgeBeforehand, prepareBucket } from './bundle-tasks-storage'
import { instanceNamed } from './instance-ids'
import { bundleTaskProperties } from './properties'
import type { BundleTask, UploadLeave } from './schema/bundle-tasks'
import type { Instance } from './schema/instances'

// ---- operations ----------------------------------------------------------------------------------------------------

const namePattern = /^[a-zA-Z\d.\-_]{3,255}$/

const checkedName = (parameter: string, value: string | undefined): string =>
  value !== undefined && namePattern.test(value)
    ? value
    : refuse('InvalidParameterValue', `Value (${value ?? ''}) for parameter ${parameter} is invalid.`)

const checkInstance = (tx: Tx, { id, state, rootDeviceType }: Instance): void => {
  if (rootDeviceType === 'ebs') {
    refuse('InvalidInstanceType', `You can only bundle instances whose root is instance store, not ${id}.`)
  }
  if (state !== 'running') {
    refuse('InvalidState', `Failed to bundle requested vm because it is not currently 'running': ${id}`)
  }
  const task = tx.bundleTasks.get(taskIdOf(id))
  if (task && !isOver(task)) refuse('BundlingInProgress', `Instance is already being bundled: ${task.id}`)
}

const taskIdOf = (instanceId: string): string => instanceId.replace(/^i-/, 'bun-')

export const bundleInstance: Operation<BundleInstanceInput, BundleInstanceResult> = (tx, input) => {
  const instance = instanceNamed(tx, input.InstanceId)
  const storage = input.Storage?.S3 ?? {}
  const bucket = checkedName('Bucket', storage.Bucket)
  const prefix = checkedName('Prefix', storage.Prefix)
  const leave: UploadLeave = {
    accessKeyId: storage.AWSAccessKeyId || tx.caller.accessKeyId,
    policy: storage.UploadPolicy ?? '',
    signature: storage.UploadPolicySignature ?? '',
  }
  if (leave.policy.length > bundleTaskProperties.policyCharacters) {
    refuse('InvalidParameterValue', 'Value for parameter UploadPolicy is invalid (too long)')
  }
  // What would be refused in the end anyway had better be refused now.
  judgeBeforehand(tx, leave, bucket, partName(prefix, 0))
  const owner = judgeBeforehand(tx, leave, bucket, manifestName(prefix))
  checkInstance(tx, instance)
  const madeBucketFor = prepareBucket(tx, owner, bucket, prefix)
  const task = tx.bundleTasks.put({
    id: taskIdOf(instance.id),
    account: instance.account,
    instanceId: instance.id,
    bucket,
    prefix,
    state: 'pending',
    progress: 0,
    startedAt: tx.now,
    updatedAt: tx.now,
    leave,
    ...(madeBucketFor !== undefined && { madeBucketFor }),
  })
  tx.start('bundle-task.work', task.id)
  tx.event('Bundles', 'INFO', `Bundle task ${task.id}: ${instance.id} to ${bucket}/${prefix}`)
  return { BundleTask: view(task) }
}

const idPattern = /^bun-(?:[0-9a-f]{8}|[0-9a-f]{17})$/

const canonicalId = (text: string | undefined): string => {
  const id = (text ?? '').toLowerCase()
  // Eucalyptus has one code for ids of whatever kind.
  return idPattern.test(id) ? id : refuse('InvalidInstanceID.Malformed', `Invalid id: "${text}"`)
}

const unknown = (id: string): never => refuse('InvalidBundleID.NotFound', `Failed to find bundle task: ${id}`)

/** One task, of the caller's instances or asked for by a cloud administrator. */
const taskNamed = (tx: Tx, text: string | undefined): BundleTask => {
  const id = canonicalId(text)
  const task = tx.bundleTasks.must(id)
  if (task.account === tx.caller.account || tx.caller.isCloudAdmin) return task
  return unknown(id)
}

export const cancelBundleTask: Operation<CancelBundleTaskRequest, CancelBundleTaskResult> = (
  tx,
  { BundleId },
) => {
  const task = taskNamed(tx, BundleId)
  if (!bundleTaskLife.can(task.state, 'cancel')) {
    refuse('InvalidState', `Can't cancel bundle task when the bundle task is ${task.state}`)
  }
  // Whoever works on it finds out; where nobody does, somebody has to.
  tx.start('bundle-task.work', task.id)
  return { BundleTask: view(cancelTask(tx, task)) }
}

/** The caller's; of all accounts for a cloud administrator who says `verbose`; or those of these ids. */
const visible = (tx: Tx, ids: readonly string[] | undefined): readonly BundleTask[] => {
  const { isVerbose, named } = askedFor(tx.caller, ids)
  const isSeen = seenBy(tx, (tx, { instanceId }: BundleTask) => instanceById(tx, instanceId))
  if (named.length > 0) {
    const tasks = [...new Set(named.map(canonicalId))].map(id => taskNamed(tx, id))
    const unseen = tasks.find(task => !isSeen(task))
    return unseen ? unknown(unseen.id) : tasks
  }
  const own = tx.bundleTasks.list().filter(task => isVerbose || task.account === tx.caller.account)
  return own.filter(isSeen)
}

export const describeBundleTasks: Operation<DescribeBundleTasksRequest, DescribeBundleTasksResult> = (
  tx,
  { BundleIds, Filters },
) => {
  const tasks = visible(tx, BundleIds).filter(matchFilters(Filters, filters))
  return { BundleTasks: tasks.toSorted((a, b) => Number(a.startedAt) - Number(b.startedAt)).map(view) }
}

// ---- filters -------------------------------------------------------------------------------------------------------

const filters: FilterTable<BundleTask> = {
  'bundle-id': task => task.id,
  'error-code': task => task.error?.code,
  'error-message': task => task.error?.message,
  'instance-id': task => task.instanceId,
  progress: task => progressOf(task),
  's3-bucket': task => task.bucket,
  's3-prefix': task => task.prefix,
  'start-time': task => task.startedAt,
  state: task => task.state,
  'update-time': task => task.updatedAt,
}

// ---- view ----------------------------------------------------------------------------------------------------------

const progressOf = ({ progress }: BundleTask): string => `${progress}%`

const view = (task: BundleTask): BundleTaskView => ({
  InstanceId: task.instanceId,
  BundleId: task.id,
  // The type has AWS' states; `cancelled` is Eucalyptus'.
  State: task.state as BundleTaskState,
  StartTime: task.startedAt,
  UpdateTime: task.updatedAt,
  Storage: { S3: { Bucket: task.bucket, Prefix: task.prefix } },
  Progress: progressOf(task),
  BundleTaskError: task.error && { Code: task.error.code, Message: task.error.message },
})
