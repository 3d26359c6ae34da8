// SPDX-License-Identifier: BSD-2-Clause
import { provider } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Add a client ID to an OpenID Connect provider',
  options: {
    ...provider,
    client: option('-c --client-id', {
      metavar: 'CLIENT',
      required: true,
      help: 'client ID (audience) to add (required)',
    }),
  },
  call: (iam, { provider, client }) =>
    iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: provider, ClientID: client }),
})
