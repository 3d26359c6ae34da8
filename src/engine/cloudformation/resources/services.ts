// SPDX-License-Identifier: BSD-2-Clause
// The services whose operations make resources. Each is loaded when the first of its resources is made: whoever only has a
// template checked has no use for all of them.
import type { Service } from '../../operation'

export const services = {
  get autoscaling(): Service {
    return (require('../../autoscaling') as typeof import('../../autoscaling')).autoscaling
  },
  get cloudformation(): Service {
    return (require('..') as typeof import('..')).cloudformation
  },
  get cloudwatch(): Service {
    return (require('../../cloudwatch') as typeof import('../../cloudwatch')).cloudwatch
  },
  get ec2(): Service {
    return (require('../../ec2') as typeof import('../../ec2')).ec2
  },
  get elb(): Service {
    return (require('../../elb') as typeof import('../../elb')).elb
  },
  get iam(): Service {
    return (require('../../iam') as typeof import('../../iam')).iam
  },
  get s3(): Service {
    return (require('../../s3') as typeof import('../../s3')).s3
  },
}
