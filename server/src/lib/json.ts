/** JSON with exact integers, as it goes on every wire of the service; written once, with the wire contract. */
export * from '@purser/api/json';
