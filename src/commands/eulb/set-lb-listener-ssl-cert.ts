// SPDX-License-Identifier: BSD-2-Clause
import { changed, listenerPort } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Change the certificate of a listener of a load balancer',
  options: {
    ...changed,
    ...listenerPort('to change'),
    certificate: option('-c --cert-id', {
      metavar: 'ARN',
      required: true,
      help: 'ARN of the server certificate that it shows from now on (required)',
    }),
  },
  call: (elb, { balancer, lbPort, certificate }) =>
    elb.setLoadBalancerListenerSSLCertificate({
      LoadBalancerName: balancer,
      LoadBalancerPort: lbPort,
      SSLCertificateId: certificate,
    }),
})
