export { limitText } from '@purser/server/lib/quantity-text';
