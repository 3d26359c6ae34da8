// SPDX-License-Identifier: BSD-2-Clause
import { checkProviderUrl, thumbprintsOf } from '../../cli/euare/provider'
import { append, positional } from '../../cli/options'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Create an OpenID Connect provider',
  description:
    'Roles may then be assumed by those whom the provider vouches for. Without -t the provider is asked for its ' +
    'certificate, and the fingerprint of that is the thumbprint.',
  options: {
    providerUrl: positional('URL', { help: 'https URL of the provider (required)' }),
    clients: append('-c --client-id', {
      metavar: 'CLIENT',
      help: 'client ID (audience) to accept; may be given more than once',
    }),
    thumbprints: append('-t --thumbprint', {
      metavar: 'HEX',
      help: "SHA-1 fingerprint of the provider's certificate; may be given more than once (default: ask the provider)",
    }),
  },
  rules: ({ providerUrl }) => checkProviderUrl(providerUrl),
  call: async (iam, { providerUrl, clients, thumbprints }, context) =>
    iam.createOpenIDConnectProvider({
      Url: providerUrl,
      ClientIDList: [...clients],
      ThumbprintList: await thumbprintsOf(thumbprints, () => providerUrl, context),
    }),
  rows: ({ OpenIDConnectProviderArn }) => [plain(OpenIDConnectProviderArn)],
})
