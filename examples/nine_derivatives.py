"""The seed's network, carried through: nine derivatives, nine updates, and the loss after one step.

Each derivative is written the way the chain rule hands it over: first how the loss depends on a node's sum, then how
that sum depends on the number in question. With activation_ReLu_deriv in its place the lines hold for any values.
"""


def activation_ReLu(number):
    return number if number > 0 else 0


def activation_ReLu_deriv(number):
    return 1 if number > 0 else 0


w1, w2, w3, w4, w5, w6 = 1, 0.5, 1, -0.5, 1, 1
bias1, bias2, bias3 = 0.5, 0, 0.5
input1, input2, true_value = 1, 0, 2
LR = 0.01

# forward
node_1_sum = input1 * w1 + input2 * w3 + bias1
node_1_output = activation_ReLu(node_1_sum)
node_2_sum = input1 * w2 + input2 * w4 + bias2
node_2_output = activation_ReLu(node_2_sum)
node_3_sum = node_1_output * w5 + node_2_output * w6 + bias3
predicted_value = activation_ReLu(node_3_sum)
loss = (predicted_value - true_value) ** 2
print("loss before:", loss)

# backward, from the loss to each node's sum ...
deriv_L_node_3_sum = 2 * (predicted_value - true_value) * activation_ReLu_deriv(node_3_sum)
deriv_L_node_1_sum = deriv_L_node_3_sum * w5 * activation_ReLu_deriv(node_1_sum)
deriv_L_node_2_sum = deriv_L_node_3_sum * w6 * activation_ReLu_deriv(node_2_sum)

# ... and from each sum to what it was made of
deriv_L_w1, deriv_L_w3, deriv_L_b1 = deriv_L_node_1_sum * input1, deriv_L_node_1_sum * input2, deriv_L_node_1_sum
deriv_L_w2, deriv_L_w4, deriv_L_b2 = deriv_L_node_2_sum * input1, deriv_L_node_2_sum * input2, deriv_L_node_2_sum
deriv_L_w5 = deriv_L_node_3_sum * node_1_output
deriv_L_w6 = deriv_L_node_3_sum * node_2_output
deriv_L_b3 = deriv_L_node_3_sum

# one step of gradient descent on all nine
new_w1, new_w2, new_w3 = w1 - LR * deriv_L_w1, w2 - LR * deriv_L_w2, w3 - LR * deriv_L_w3
new_w4, new_w5, new_w6 = w4 - LR * deriv_L_w4, w5 - LR * deriv_L_w5, w6 - LR * deriv_L_w6
new_bias1, new_bias2, new_bias3 = bias1 - LR * deriv_L_b1, bias2 - LR * deriv_L_b2, bias3 - LR * deriv_L_b3

# what the same row costs afterwards
new_node_1_output = activation_ReLu(input1 * new_w1 + input2 * new_w3 + new_bias1)
new_node_2_output = activation_ReLu(input1 * new_w2 + input2 * new_w4 + new_bias2)
new_predicted_value = activation_ReLu(new_node_1_output * new_w5 + new_node_2_output * new_w6 + new_bias3)
new_loss = (new_predicted_value - true_value) ** 2
print("loss after:", round(new_loss, 8))
