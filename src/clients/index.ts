// SPDX-License-Identifier: BSD-2-Clause
import type { EC2 } from '@aws-sdk/client-ec2'
import type { Operations } from './call'
export type T = Operations<EC2, 'describeImages'|'runInstances'|'attachVolume'>
const f = async (t: T) => { const r = await t.describeImages(); r.Images?.[0]?.ImageId; const q = await t.runInstances({MinCount:1,MaxCount:1}); const a: string = q.Instances?.[0]?.LaunchTime; await t.attachVolume() ; return a}
f
