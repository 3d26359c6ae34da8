// SPDX-License-Identifier: BSD-2-Clause
import type { BundleTask } from '@aws-sdk/client-ec2'
import { type Row, text } from './cell'

const bundleTaskRow = (task: BundleTask): Row => {
  const { Bucket, Prefix } = task.Storage?.S3 ?? {}
  return [
    'BUNDLE',
    task.BundleId,
    task.InstanceId,
    Bucket,
    Prefix,
    text(task.StartTime),
    text(task.UpdateTime),
    task.State,
    task.Progress,
    Bucket && Prefix ? `${Bucket}/${Prefix}.manifest.xml` : undefined,
  ]
}

export const bundleTaskRows = (tasks: readonly (BundleTask | undefined)[] | undefined): Row[] =>
  (tasks ?? []).flatMap(task => (task ? [bundleTaskRow(task)] : []))
