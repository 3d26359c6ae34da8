// SPDX-License-Identifier: BSD-2-Clause
import { providerHost, thumbprintsOf } from '../../cli/euare/provider'
import { append, positional } from '../../cli/options'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Create an OpenID Connect provider',
  description:
    'Roles may then be assumed by those whom the provider vouches for. Without -t the provider is asked for its ' +
    'certificate, and the fingerprint of that is the thumbprint.',
  options: {
    url: positional('URL', { help: 'https URL of the provider (required)' }),
    clients: append('-c --client-id', {
      metavar: 'CLIENT',
      help: 'client ID (audience) to accept; may be given more than once',
    }),
    thumbprints: append('-t --thumbprint', {
      metavar: 'HEX',
      help: "SHA-1 fingerprint of the provider's certificate; may be given more than once (default: ask the provider)",
    }),
  },
  rules: ({ url }) => void providerHost(url),
  call: async (iam, { url, clients, thumbprints }, context) =>
    iam.createOpenIDConnectProvider({
      Url: url,
      ClientIDList: [...clients],
      ThumbprintList: await thumbprintsOf(thumbprints, () => url, context),
    }),
  rows: ({ OpenIDConnectProviderArn }) => [plain(OpenIDConnectProviderArn)],
})
