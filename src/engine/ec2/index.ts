// SPDX-License-Identifier: BSD-2-Clause
import {
  DeregisterImage$,
  DescribeImageAttribute$,
  DescribeImages$,
  ModifyImageAttribute$,
  ResetImageAttribute$,
} from '@aws-sdk/client-ec2'
import { operation, type Service } from '../operation'
import { RegisterImageWithPlatform$ } from './extended-operations'
import { describeImageAttribute, modifyImageAttribute, resetImageAttribute } from './image-attributes'
import { imageCacheJob } from './image-cache'
import { cacheImage } from './image-caching'
import { registerImage } from './image-registration'
import { deregisterImage, describeImages, sweepImage } from './images'

export const ec2: Service = {
  name: 'ec2',
  operations: {
    RegisterImage: operation(RegisterImageWithPlatform$, registerImage),
    DescribeImages: operation(DescribeImages$, describeImages),
    DeregisterImage: operation(DeregisterImage$, deregisterImage),
    DescribeImageAttribute: operation(DescribeImageAttribute$, describeImageAttribute),
    ModifyImageAttribute: operation(ModifyImageAttribute$, modifyImageAttribute),
    ResetImageAttribute: operation(ResetImageAttribute$, resetImageAttribute),
  },
  tasks: { 'image.deregistered': sweepImage },
  jobs: { [imageCacheJob]: cacheImage },
}
