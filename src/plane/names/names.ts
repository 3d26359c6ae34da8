// SPDX-License-Identifier: BSD-2-Clause
// A small resolver for the names that this cloud gives, on 127.0.0.1, over UDP and TCP.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Surroundings } from '../part'
import { answered, type Lookup } from './answer'
import { found } from './lookup'

export interface Resolver {
  readonly port: number
  stop(): Promise<void>
}

const host = '127.0.0.1'
// A connection may ask again and again, and is ended when it does not.
const idleMilliseconds = 10_000
const mostConnections = 128
// For a port that is free for both: another one may take the second of the two meanwhile.
const attempts = 20

const boundUdp = async (port: number, onMessage: (socket: UdpSocket) => void): Promise<UdpSocket> => {
  const socket = createSocket('udp4')
  onMessage(socket)
  socket.bind(port, host)
  try {
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  // Who asked may be gone when he is answered.
  socket.on('error', () => {})
  return socket
}

/** Messages of a connection, each behind its length in two bytes. */
const serveConnection = (socket: Socket, answer: (message: Buffer) => Buffer | undefined): void => {
  let kept = Buffer.alloc(0)
  socket.on('data', chunk => {
    kept = Buffer.concat([kept, chunk as Buffer])
    while (kept.length >= 2 && kept.length >= 2 + kept.readUInt16BE(0)) {
      const end = 2 + kept.readUInt16BE(0)
      const reply = answer(kept.subarray(2, end))
      kept = kept.subarray(end)
      if (!reply) {
        socket.destroy()
        return
      }
      const length = Buffer.alloc(2)
      length.writeUInt16BE(reply.length)
      // Who asks and does not read is not to fill the memory.
      if (!socket.write(Buffer.concat([length, reply]))) {
        socket.pause()
        socket.once('drain', () => socket.resume())
      }
    }
  })
  socket.setTimeout(idleMilliseconds, () => socket.destroy())
  socket.on('error', () => socket.destroy())
}

const boundTcp = async (port: number, onConnection: (socket: Socket) => void): Promise<Server> => {
  const server = createServer(onConnection)
  server.maxConnections = mostConnections
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

/** Both on one port. Throws what the system says where that cannot be had. */
const bound = async (
  port: number,
  answer: (message: Buffer, isUdp: boolean) => Buffer | undefined,
  sockets: Set<Socket>,
): Promise<readonly [UdpSocket, Server]> => {
  for (let attempt = 1; ; attempt++) {
    const server = await boundTcp(port, socket => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      serveConnection(socket, message => answer(message, false))
    })
    try {
      const udp = await boundUdp((server.address() as AddressInfo).port, socket =>
        socket.on('message', (message, { port, address }) => {
          const reply = answer(message, true)
          if (reply) socket.send(reply, port, address, () => {})
        }),
      )
      return [udp, server]
    } catch (error) {
      server.close()
      if (port !== 0 || attempt === attempts) throw error
    }
  }
}

export const names = async ({ engine, onBug }: Surroundings, port: number): Promise<Resolver> => {
  const lookup: Lookup = name => engine.read(tx => found(tx, name))
  const sockets = new Set<Socket>()
  const answer = (message: Buffer, isUdp: boolean): Buffer | undefined => {
    try {
      return answered(message, lookup, isUdp)
    } catch (error) {
      // One question that meets a bug is not to keep others from being answered.
      onBug(error)
      return undefined
    }
  }
  const [udp, server] = await bound(port, answer, sockets)
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      udp.close()
      await closed
    },
  }
}
