// SPDX-License-Identifier: BSD-2-Clause

/** Who may assume a role: a service, such as `ec2.amazonaws.com` for the instances of the cloud. */
export const serviceTrust = (service: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: [service] }, Action: ['sts:AssumeRole'] }],
  })
