/** One door for all that is sold here. */
import type { BillerService, SellerService } from './biller/contract.ts';
import { type GoodsService, isOrder } from './goods/contract.ts';

/** Sends what is about goods to whoever sells them, and all else to the biller. `goods` null: none are sold here. */
export function createSeller(biller: BillerService, goods: GoodsService | null): SellerService {
  const whose = (number: string) => (goods !== null && isOrder(number) ? goods : biller);
  return {
    async lookUp(command, signal) {
      if (command.command !== 'order.place') return whose(command.number).lookUp(command, signal);
      if (goods === null) return { fact: 'bill.not-found', command: command.id };
      return goods.lookUp(command, signal);
    },
    post: (command, signal) => whose(command.number).post(command, signal),
    reverse: (command, signal) => whose(command.number).reverse(command, signal),
  };
}
