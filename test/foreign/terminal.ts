// SPDX-License-Identifier: BSD-2-Clause
// A tool at a terminal, with somebody there who answers its questions. Python's library has terminals; Node's has not.
import type { Outcome, ToolOptions, Workplace } from '../support/built'

const script = `
import json, os, pty, sys
replies = json.loads(os.environ['REPLIES'])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = ''
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    sys.stdout.write(chunk.decode('utf-8', 'replace'))
    seen += chunk.decode('utf-8', 'replace')
    if replies and replies[0][0] in seen:
        seen = ''
        os.write(terminal, replies.pop(0)[1].encode())
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`

/** Each reply is typed when its question stands on the terminal. Standard output is what the terminal showed. */
export const atTerminal = (
  place: Workplace,
  words: readonly string[],
  replies: readonly (readonly [question: string, reply: string])[],
  { env, ...options }: ToolOptions = {},
): Promise<Outcome> =>
  place.run(words, {
    ...options,
    env: { ...env, REPLIES: JSON.stringify(replies), TERM: 'xterm', COLUMNS: '80' },
    under: ['/usr/bin/python3', '-c', script],
  })
