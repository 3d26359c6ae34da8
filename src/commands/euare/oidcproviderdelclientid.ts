// SPDX-License-Identifier: BSD-2-Clause
import { provider } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Remove a client ID from an OpenID Connect provider',
  options: {
    ...provider,
    client: option('-c --client-id', {
      metavar: 'CLIENT',
      required: true,
      help: 'client ID (audience) to remove (required)',
    }),
  },
  call: (iam, { provider, client }) =>
    iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn: provider, ClientID: client }),
})
