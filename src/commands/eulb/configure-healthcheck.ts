// SPDX-License-Identifier: BSD-2-Clause
import { healthCheckTarget } from '../../cli/eulb/health-check-target'
import { changed } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { healthCheckRow } from '../../rows/load-balancers'

const count = (flags: string, help: string) =>
  option(flags, { metavar: 'COUNT', type: 'int', required: true, help: `${help} (required)` })
const seconds = (flags: string, help: string) =>
  option(flags, { metavar: 'SECONDS', type: 'int', required: true, help: `${help} (required)` })

export default balancingLists.command({
  summary: 'Say how a load balancer checks its instances',
  options: {
    ...changed,
    healthyThreshold: count(
      '--healthy-threshold',
      'checks in a row that have to succeed until it is healthy',
    ),
    interval: seconds('--interval', 'time between checks of an instance'),
    target: option('-t --target', {
      metavar: 'PROTOCOL:PORT[/PATH]',
      required: true,
      help: 'what to connect to, such as TCP:22 or HTTP:8888/; HTTP and HTTPS need a path (required)',
    }),
    timeout: seconds('--timeout', 'time that a check may take'),
    unhealthyThreshold: count(
      '--unhealthy-threshold',
      'checks in a row that have to fail until it is unhealthy',
    ),
  },
  rules: ({ target }) => void healthCheckTarget(target),
  call: (elb, args) =>
    elb.configureHealthCheck({
      LoadBalancerName: args.balancer,
      HealthCheck: {
        HealthyThreshold: args.healthyThreshold,
        Interval: args.interval,
        Target: healthCheckTarget(args.target),
        Timeout: args.timeout,
        UnhealthyThreshold: args.unhealthyThreshold,
      },
    }),
  rows: ({ HealthCheck }) => [healthCheckRow(HealthCheck)],
})
