// What the site's programme says that a moderator needs: named crops, accepted shops, products that count on receipts.

/** Shapes that a site has that names no others. */
const CROPS = [{name: 'square', ratio: '1:1'}, {name: 'portrait', ratio: '4:5'}, {name: 'wide', ratio: '16:9'}];

/** Read once, when the first item is opened; without the scope `programme:read` everything is as in a new site. */
export class Definitions {
  constructor(api) {
    this.api = api;
    this.read = null;
  }

  async known() {
    this.read ??= this.api.get('/programme').then(({programme}) => ({
      crops: programme.photos?.crops ?? CROPS, retailers: programme.receipts?.retailers ?? [],
      products: programme.receipts?.products ?? [],
    }));
    try {
      return await this.read;
    } catch (failure) {
      // What may not be read is not asked for again; what could not be read is.
      if (failure.status !== 403) this.read = null;
      return {crops: CROPS, retailers: [], products: []};
    }
  }
}
