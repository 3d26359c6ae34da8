// SPDX-License-Identifier: BSD-2-Clause
// A cloud with a running instance, and what tests of bundling it do and look at.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  BundleInstanceCommand,
  type BundleTask as BundleTaskView,
  CancelBundleTaskCommand,
  DescribeBundleTasksCommand,
} from '@aws-sdk/client-ec2'
import { HeadBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import type { BundleTask } from '../../../src/engine/ec2/schema/bundle-tasks'
import type { Instance } from '../../../src/engine/ec2/schema/instances'
import type { Clients } from '../../support/cloud'
import { scene } from '../node/scene'

/** A policy for the bucket `bundles` and keys that begin with `mine`. */
export const policyText = (change: object = {}, conditions: readonly unknown[] = []): string =>
  JSON.stringify({
    conditions: [
      { acl: 'ec2-bundle-read' },
      { bucket: 'bundles' },
      ['starts-with', '$key', 'mine'],
      ...conditions,
    ],
    expiration: '2014-02-17T12:00:00Z',
    ...change,
  })

export const signed = (text: string, who: Clients): string =>
  createHmac('sha1', who.key.secret).update(Buffer.from(text).toString('base64')).digest('base64')

export const bundlingScene = async () => {
  const s = await scene()
  const first = await s.one()
  await s.c.pass(10)
  const current = { id: first }

  /** `Storage` of a request, with a policy that is signed by `who`. */
  const storage = (change: object = {}, text = policyText(), who: Clients = s.c) => ({
    S3: {
      AWSAccessKeyId: who.key.id,
      Bucket: 'bundles',
      Prefix: 'mine',
      UploadPolicy: Buffer.from(text),
      UploadPolicySignature: signed(text, who),
      ...change,
    },
  })
  const taskId = () => current.id.replace('i-', 'bun-')
  const bundle = async (Storage = storage(), InstanceId = current.id, who: Clients = s.c) =>
    (await who.ec2().send(new BundleInstanceCommand({ InstanceId, Storage }))).BundleTask
  const tasks = async (input: object = {}, who: Clients = s.c): Promise<BundleTaskView[]> =>
    (await who.ec2().send(new DescribeBundleTasksCommand(input))).BundleTasks ?? []
  const cancel = async (BundleId = taskId(), who: Clients = s.c) =>
    (await who.ec2().send(new CancelBundleTaskCommand({ BundleId }))).BundleTask
  const keys = async (Bucket = 'bundles', who: Clients = s.c) =>
    ((await who.s3().send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key)
  const put = (Key: string, who: Clients = s.c) =>
    who.s3().send(new PutObjectCommand({ Bucket: 'bundles', Key, Body: 'x' }))
  const hasBucket = () =>
    s.c
      .s3()
      .send(new HeadBucketCommand({ Bucket: 'bundles' }))
      .then(
        () => true,
        () => false,
      )
  const staged = () => readdirSync(join(s.c.home, 'staging'))
  /** Change the task's record. */
  const record = (change: (task: BundleTask) => BundleTask) =>
    s.c.engine.write(tx => tx.bundleTasks.put(change(tx.bundleTasks.must(taskId()))))
  /** Change the instance's record. */
  const instanceIs = (about: Partial<Instance>) =>
    s.c.engine.write(tx => tx.instances.put({ ...tx.instances.must(current.id), ...about }))
  /** Let the job run: the error with which the task has failed. */
  const failure = async () => {
    await s.c.settle()
    const [task] = await tasks()
    assert.equal(task?.State, 'failed')
    assert.deepEqual(staged(), [])
    return task.BundleTaskError
  }
  return {
    ...{ s, c: s.c, current, storage, taskId, bundle, tasks, cancel },
    ...{ keys, put, hasBucket, staged, record, instanceIs, failure },
  }
}

export type BundlingScene = Awaited<ReturnType<typeof bundlingScene>>
