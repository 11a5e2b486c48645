/**
 * The timeouts of one request, one at a time: connecting, first token, silence (no bytes at all), and emptiness (signs of
 * life without content). They pause while our own reader is the slow side. After the computer slept, the connection is
 * lost, which is not a stall of the server.
 */
import { type Failure, ownFailure } from '../provider/failures/ownFailures.ts';
import type { Clock } from './clock.ts';

export interface Timeouts {
  readonly connectSeconds: number;
  readonly firstTokenSeconds: number;
  /** Maximum silence; a stream that sends bytes without content gets twice as long. */
  readonly idleSeconds: number;
}

/** Streams that send only comments get this many times the idle time. */
const emptinessFactor = 2;
/** Interval of the check whether the computer slept; also the longest single timer. */
const tickMs = 5_000;
/** A tick that is later than this, or a wall clock that ran ahead by this much, means sleep. */
const sleptMs = 20_000;
/** Time the connection gets after a sleep to show that it survived. */
const wakeGraceMs = 5_000;

type Phase = 'connect' | 'first-token' | 'flow';

export class RequestTimeouts {
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  readonly #expire: (expiry: Failure) => void;
  #phase: Phase = 'connect';
  #phaseAt: number;
  #bytesAt: number;
  #contentAt: number;
  #pausedAt: number | undefined;
  #wokeAt: number | undefined;
  #tick: { readonly dueAt: number; readonly wallAt: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, timeouts: Timeouts, expire: (expiry: Failure) => void) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#expire = expire;
    this.#phaseAt = this.#bytesAt = this.#contentAt = clock.now();
    this.#arm(this.#phaseAt);
  }

  /** The request was sent over a connection. */
  sent(): void {
    if (this.#phase !== 'connect') return;
    this.#phase = 'first-token';
    this.#phaseAt = this.#clock.now();
    this.#rearm();
  }

  /** Called once per network read. The running timer is left alone: it checks these times when it fires. */
  bytes(withContent: boolean): void {
    const now = this.#clock.now();
    this.#bytesAt = now;
    this.#wokeAt = undefined;
    if (!withContent) return;
    this.#contentAt = now;
    if (this.#phase === 'flow') return;
    this.#phase = 'flow';
    this.#rearm();
  }

  /** Our own reader is now the slow side. */
  pause(): void {
    this.#pausedAt ??= this.#clock.now();
  }

  resume(): void {
    if (this.#pausedAt === undefined) return;
    const pausedMs = this.#clock.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#phaseAt += pausedMs;
    this.#bytesAt += pausedMs;
    this.#contentAt += pausedMs;
  }

  stop(): void {
    this.#tick?.cancel();
    this.#tick = undefined;
  }

  /** A timer that fires early finds that out itself; setting one costs more than reading a delta. */
  #rearm(): void {
    if (this.#tick !== undefined && this.#tick.dueAt <= this.#due()) return;
    this.#tick?.cancel();
    this.#arm(this.#clock.now());
  }

  #arm(now: number): void {
    const waitMs = Math.max(1, Math.min(this.#due() - now, tickMs));
    this.#tick = {
      dueAt: now + waitMs,
      wallAt: this.#clock.wall() + waitMs,
      cancel: this.#clock.timer(waitMs, () => this.#look()),
    };
  }

  #look(): void {
    const tick = this.#tick;
    if (tick === undefined) return;
    const now = this.#clock.now();
    if (this.#pausedAt === undefined) {
      const lateMs = Math.max(now - tick.dueAt, this.#clock.wall() - tick.wallAt);
      if (lateMs > sleptMs) this.#wokeAt = now;
      if (now >= this.#due()) {
        this.stop();
        this.#expire(this.#expiry());
        return;
      }
    }
    this.#arm(now);
  }

  /** When the current timeout expires. */
  #due(): number {
    if (this.#wokeAt !== undefined) return this.#wokeAt + wakeGraceMs;
    switch (this.#phase) {
      case 'connect':
        return this.#phaseAt + this.#timeouts.connectSeconds * 1000;
      case 'first-token':
        return this.#phaseAt + this.#timeouts.firstTokenSeconds * 1000;
      case 'flow': {
        const idleMs = this.#timeouts.idleSeconds * 1000;
        return Math.min(this.#bytesAt + idleMs, this.#contentAt + idleMs * emptinessFactor);
      }
      default:
        return this.#phase satisfies never;
    }
  }

  #expiry(): Failure {
    if (this.#wokeAt !== undefined) {
      return ownFailure('slept-through');
    }
    const { connectSeconds, firstTokenSeconds, idleSeconds } = this.#timeouts;
    switch (this.#phase) {
      case 'connect':
        return ownFailure('no-connection', [connectSeconds]);
      case 'first-token':
        return ownFailure('no-first-token', [firstTokenSeconds]);
      case 'flow':
        return ownFailure('silent-stream', [idleSeconds]);
      default:
        return this.#phase satisfies never;
    }
  }
}
