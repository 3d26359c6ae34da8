// SPDX-License-Identifier: BSD-2-Clause
import type { ImportVolumeTaskDetails } from '@aws-sdk/client-ec2'
import type { Context } from '../cli/context'
import { ImportError } from '../imports/errors'

/** What a task says of its disk, or of the first of several. */
export type TaskDisk = Pick<ImportVolumeTaskDetails, 'Image' | 'Volume'> & {
  readonly manifestUrl: string
  /** `active`, `completed`, `cancelling` or `cancelled`, where the cloud tells it. */
  readonly state: string | undefined
}

/** The disk of a conversion task. Rejects with the service's refusal, or ImportError when the task tells of none. */
export const taskDisk = async (context: Context, task: string): Promise<TaskDisk> => {
  const ec2 = await context.client('ec2')
  const { ConversionTasks = [] } = await ec2.describeConversionTasks({ ConversionTaskIds: [task] })
  const found = ConversionTasks.find(({ ConversionTaskId }) => ConversionTaskId === task)
  if (!found) throw new ImportError(`there is no conversion task ${task}`)
  const { ImportVolume, ImportInstance } = found
  const { Image, Volume } = ImportVolume?.Image ? ImportVolume : (ImportInstance?.Volumes?.[0] ?? {})
  const manifestUrl = Image?.ImportManifestUrl
  if (!manifestUrl) throw new ImportError(`conversion task ${task} has no import manifest`)
  return { Image, Volume, manifestUrl, state: found.State }
}
