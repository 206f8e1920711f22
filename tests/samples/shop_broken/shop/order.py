from shop.cart import Cart
from shop.legacy_cart import Cart as OldCart

print(Cart, OldCart)
