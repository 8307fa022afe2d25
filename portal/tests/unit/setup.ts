// SPDX-License-Identifier: Apache-2.0
// What modules look at when they are loaded: where the page lies.
Object.assign(globalThis, { document: { baseURI: "http://localhost/" } });
