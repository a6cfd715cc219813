// Entry of the embedded kernel module: what JavaScript may call. Everything else is reached through the op table.
export { abandon, dispatch, serve, stop } from './sync.as';
