from shop.cart import Cart

print(Cart)
